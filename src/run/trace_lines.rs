//! The lines of a trace on disk: found by document, without reading the lines into memory.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;

use crate::digest::Sha256Hasher;

/// A range of lines of a trace in a file.
#[derive(Debug, Clone)]
pub struct TraceLines {
    /// The trace, or the journal of a run.
    pub file: Arc<Path>,
    /// The byte range in the file.
    pub range: Range<u64>,
}

impl TraceLines {
    fn open(&self) -> io::Result<impl Read + use<>> {
        let mut file = File::open(&self.file)?;
        file.seek(SeekFrom::Start(self.range.start))?;
        Ok(file.take(self.range.end - self.range.start))
    }

    /// Reads the lines.
    ///
    /// # Errors
    /// A file that cannot be read or is not UTF-8.
    pub fn text(&self) -> io::Result<String> {
        let mut text = String::new();
        self.open()?.read_to_string(&mut text)?;
        Ok(text)
    }
}

/// The part of a line that names its document.
#[derive(Deserialize)]
pub struct LineOwner<'a> {
    /// The document; `None` for a line that several documents share.
    #[serde(borrow)]
    pub file: Option<Cow<'a, str>>,
    /// The name of the shared inputs: a reference, or for shared lines their own name.
    pub inputs: Option<String>,
}

/// The places of the lines of each document in a trace, and of the lines that several documents share.
#[derive(Default)]
pub struct TraceIndex {
    /// The lines of each document, by its path.
    pub documents: BTreeMap<String, TraceLines>,
    /// The lines that several documents share, by name.
    pub inputs: BTreeMap<String, TraceLines>,
}

impl TraceIndex {
    /// Builds the index of a file.
    ///
    /// # Errors
    /// The number of a line that cannot be read.
    pub fn of(path: &Path) -> Result<Self, usize> {
        let file: Arc<Path> = Arc::from(path);
        let mut index = Self::default();
        let (mut text, mut at) = (String::new(), 0);
        let mut lines = BufReader::new(File::open(path).map_err(|_| 0_usize)?);
        for number in 1.. {
            text.clear();
            let read = lines.read_line(&mut text).map_err(|_| number)?;
            if read == 0 {
                break;
            }
            let range = at..at + read as u64;
            at = range.end;
            match serde_json::from_str::<LineOwner<'_>>(&text).map_err(|_| number)? {
                LineOwner { file: Some(document), .. } => {
                    if let Some(rows) = index.documents.get_mut(document.as_ref()) {
                        rows.range.end = range.end;
                    } else {
                        index.documents.insert(document.into_owned(), TraceLines { file: Arc::clone(&file), range });
                    }
                }
                LineOwner { inputs: Some(name), .. } => {
                    index.inputs.insert(name, TraceLines { file: Arc::clone(&file), range });
                }
                LineOwner { .. } => return Err(number),
            }
        }
        Ok(index)
    }
}

/// Writes to a file and hashes the bytes.
#[derive(Default)]
pub struct HashingWriter {
    /// The hash of the bytes written so far.
    pub hash: Sha256Hasher,
    /// The number of bytes written so far.
    pub bytes: usize,
}

impl HashingWriter {
    /// Writes bytes to a file.
    pub fn write(&mut self, file: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
        self.hash.update(bytes);
        self.bytes += bytes.len();
        file.write_all(bytes)
    }
}
