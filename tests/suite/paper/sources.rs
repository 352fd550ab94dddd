//! PDFs as other programs write them, made by hand: every page bears marks of its own in its corners.

use lopdf::{Dictionary, Document, Object, Stream, dictionary};

/// A page of a source.
#[derive(Clone)]
pub struct Page {
    /// Its dictionary, without content.
    pub dict: Dictionary,
    /// The parts of its content.
    pub content: Vec<String>,
}

/// Left, lower, right and upper edge as an array.
pub fn edges(edges: [f64; 4]) -> Object {
    Object::Array(edges.map(Object::from).to_vec())
}

/// A page of a size with something to see: its number as bars, its corners, a slanted line.
pub fn page(number: usize, [left, lower, right, upper]: [f64; 4]) -> Page {
    let mut content = format!(
        "0.9 g {left} {lower} {} {} re f 0 g 0.2 0.3 0.8 rg {left} {lower} 20 30 re f 0.8 0.2 0.2 rg {} {} 30 20 re f\n",
        right - left,
        upper - lower,
        right - 30.0,
        upper - 20.0
    );
    for bar in 0..number {
        let x = left + 40.3 + 5.7 * bar as f64;
        content += &format!("0 g {x} {} 3.1 40.9 re f\n", upper - 100.2);
    }
    content += &format!("0.5 G 0.7 w {} {} m {} {} l S\n", left + 10.1, lower + 40.2, right - 33.3, upper - 120.7);
    let dict = dictionary! { "Type" => "Page", "MediaBox" => edges([left, lower, right, upper]) };
    Page { dict, content: vec![content] }
}

/// A PDF of pages; `inherited` stands in the node above them.
pub fn pdf(pages: &[Page], inherited: Dictionary) -> Vec<u8> {
    saved(&mut document(pages, inherited))
}

/// The same, to be changed.
pub fn document(pages: &[Page], inherited: Dictionary) -> Document {
    let mut document = Document::with_version("1.7");
    let tree = document.new_object_id();
    let kids: Vec<Object> = pages
        .iter()
        .map(|page| {
            let parts = page.content.iter();
            let parts = parts.map(|part| Stream::new(Dictionary::new(), part.clone().into_bytes()));
            let mut parts: Vec<Object> = parts.map(|part| document.add_object(part).into()).collect();
            let mut dict = page.dict.clone();
            dict.set("Parent", tree);
            match parts.len() {
                0 => {}
                1 => dict.set("Contents", parts.remove(0)),
                _ => dict.set("Contents", parts),
            }
            document.add_object(dict).into()
        })
        .collect();
    let mut node = dictionary! { "Type" => "Pages", "Count" => kids.len() as i64, "Kids" => kids };
    node.extend(&inherited);
    document.objects.insert(tree, node.into());
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", catalog);
    document
}

/// Its bytes.
pub fn saved(document: &mut Document) -> Vec<u8> {
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).expect("it is written");
    bytes
}
