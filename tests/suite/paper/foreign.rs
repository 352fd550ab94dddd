//! PDFs as others make them: turned, cropped, with everything inherited or shared, packed in many ways, out of balance.

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};

/// A page 400 points wide and 600 high, with a dark bar at its upper edge and a light one at its right.
const CONTENT: &str = "0.2 g 0 560 400 40 re f 0.8 g 380 0 20 600 re f";

/// A document being made: a tree of one page.
pub struct Draft {
    pub document: Document,
    pub pages: ObjectId,
    pub page: ObjectId,
}

impl Draft {
    /// One page with this content, in a document of an old kind.
    pub fn new(content: &str) -> Self {
        let mut document = Document::with_version("1.4");
        let pages = document.new_object_id();
        let content = document.add_object(Stream::new(Dictionary::new(), content.as_bytes().to_vec()));
        let page = document.add_object(dictionary! {
            "Type" => "Page", "Parent" => pages, "MediaBox" => ints([0, 0, 400, 600]), "Contents" => content,
            "Resources" => dictionary! {},
        });
        document.objects.insert(
            pages,
            Object::Dictionary(dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 }),
        );
        let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
        document.trailer.set("Root", catalog);
        Self { document, pages, page }
    }

    /// The page's dictionary.
    pub fn page(&mut self) -> &mut Dictionary {
        self.document.get_dictionary_mut(self.page).expect("the page")
    }

    /// The catalog.
    pub fn catalog(&mut self) -> &mut Dictionary {
        self.document.catalog_mut().expect("the catalog")
    }

    /// The dictionary above the page.
    pub fn above(&mut self) -> &mut Dictionary {
        self.document.get_dictionary_mut(self.pages).expect("the tree")
    }

    /// The file.
    pub fn bytes(mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.document.save_to(&mut bytes).expect("saved");
        bytes
    }
}

pub fn ints<const N: usize>(numbers: [i64; N]) -> Vec<Object> {
    numbers.map(Object::Integer).to_vec()
}

/// A draft with the usual content, changed.
fn changed(change: impl FnOnce(&mut Draft)) -> Vec<u8> {
    let mut draft = Draft::new(CONTENT);
    change(&mut draft);
    draft.bytes()
}

/// The plain page with this content.
fn content(content: &str) -> Vec<u8> {
    Draft::new(content).bytes()
}

/// All of them, by name.
pub fn files() -> Vec<(&'static str, Vec<u8>)> {
    let turned = |degrees: i64| changed(|d| d.page().set("Rotate", degrees));
    let several = |contents: fn(&mut Draft) -> Object| {
        changed(|draft| {
            let contents = contents(draft);
            draft.page().set("Contents", contents);
        })
    };
    vec![
        ("plain", content(CONTENT)),
        ("turned by 90", turned(90)),
        ("turned by 180", turned(180)),
        ("turned by 270", turned(270)),
        ("turned by -90", turned(-90)),
        ("turned by 450", turned(450)),
        ("away from the origin", changed(|d| d.page().set("MediaBox", ints([-100, 50, 300, 650])))),
        ("corners the other way round", changed(|d| d.page().set("MediaBox", ints([400, 600, 0, 0])))),
        (
            "cropped",
            changed(|d| {
                d.page().set("CropBox", ints([30, 40, 390, 590]));
            }),
        ),
        (
            "cropped and turned",
            changed(|d| {
                d.page().set("CropBox", ints([30, 40, 390, 590]));
                d.page().set("Rotate", 90);
            }),
        ),
        ("cropped to more than there is", changed(|d| d.page().set("CropBox", ints([-50, -50, 500, 700])))),
        (
            "all inherited",
            changed(|d| {
                for key in ["MediaBox", "Resources"] {
                    let value = d.page().remove(key.as_bytes()).expect("an entry");
                    d.above().set(key, value);
                }
                d.above().set("Rotate", 90);
            }),
        ),
        ("no resources", changed(|d| drop(d.page().remove(b"Resources")))),
        ("no content", changed(|d| drop(d.page().remove(b"Contents")))),
        (
            "content in parts, listed elsewhere",
            several(|d| {
                let part = |d: &mut Draft, part: &str| {
                    Object::Reference(d.document.add_object(Stream::new(Dictionary::new(), part.as_bytes().to_vec())))
                };
                let parts = vec![part(d, "0.2 g 0 560 400 40"), part(d, "re f 0.8 g 380 0 20 600 re f")];
                Object::Reference(d.document.add_object(parts))
            }),
        ),
        (
            "content in base 85",
            several(|d| {
                let filter = dictionary! { "Filter" => vec!["ASCII85Decode".into(), "FlateDecode".into()] };
                let mut packed = Stream::new(Dictionary::new(), CONTENT.as_bytes().repeat(9));
                packed.compress().expect("packed");
                Object::Reference(d.document.add_object(Stream::new(filter, base_85(&packed.content))))
            }),
        ),
        (
            "states left open",
            content(&format!("q 2 0 0 3 9 9 cm q 0 0 1 rg 0.5 0 0 0.3 -4 -3 cm {CONTENT} 7 0 0 7 0 0 cm")),
        ),
        ("states taken back too often", content(&format!("{CONTENT} Q Q Q"))),
        ("a clip nothing ends", content(&format!("{CONTENT} 0 0 10 10 re W n"))),
        ("text and marked content left open", content(&format!("{CONTENT} /P <</MCID 0>> BDC q BT"))),
        ("an image in the content", content(&format!("{CONTENT} BI /W 4 /H 1 /CS /G /BPC 8 ID q(Q< EI"))),
        (
            "a free name taken",
            changed(|d| {
                let form = dictionary! { "Type" => "XObject", "Subtype" => "Form", "BBox" => ints([0, 0, 9, 9]) };
                let form = d.document.add_object(Stream::new(form, b"0 0 9 9 re f".to_vec()));
                let forms = d.document.add_object(dictionary! { "KreisblattStempel" => form });
                d.page().set("Resources", dictionary! { "XObject" => forms });
            }),
        ),
        ("objects in streams", {
            let mut draft = Draft::new(CONTENT);
            let mut bytes = Vec::new();
            draft.document.version = "1.5".to_owned();
            draft.document.save_modern(&mut bytes).expect("saved");
            bytes
        }),
        ("an empty field for a signature", {
            changed(|d| {
                let field = d.document.add_object(dictionary! { "FT" => "Sig", "T" => Object::string_literal("hier") });
                let form = dictionary! { "Fields" => vec![field.into()], "SigFlags" => 1 };
                d.catalog().set("AcroForm", form);
            })
        }),
        ("changed once already", {
            let bytes = content(CONTENT);
            let previous = Document::load_mem(&bytes).expect("a PDF");
            let mut update = lopdf::IncrementalDocument::create_from(bytes, previous);
            let page = update.get_prev_documents().get_pages()[&1];
            update.opt_clone_object_to_new_document(page).expect("the page");
            update.new_document.get_dictionary_mut(page).expect("the page").set("Rotate", 180);
            let mut bytes = Vec::new();
            update.save_to(&mut bytes).expect("saved");
            bytes
        }),
        ("two pages that share all", {
            let mut draft = Draft::new(CONTENT);
            let resources = draft.document.add_object(dictionary! {});
            draft.page().set("Resources", resources);
            let twin = draft.page().clone();
            let twin = draft.document.add_object(twin);
            let kids = vec![draft.page.into(), twin.into()];
            draft.above().set("Kids", kids);
            draft.above().set("Count", 2);
            draft.bytes()
        }),
    ]
}

/// Base 85 as PDF has it.
fn base_85(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    for group in bytes.chunks(4) {
        let mut whole = [0; 4];
        whole[..group.len()].copy_from_slice(group);
        let value = u32::from_be_bytes(whole);
        let digits = [4, 3, 2, 1, 0].map(|place| b'!' + (value / 85_u32.pow(place) % 85) as u8);
        text.extend(&digits[..group.len() + 1]);
    }
    [text, b"~>".to_vec()].concat()
}
