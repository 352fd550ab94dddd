//! Escaping for HTML: whatever the data says stays text.

/// Escapes text for its place between tags, or in an attribute with double quotes.
pub fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
    html
}

/// Returns a path as the relative address of a file: all but letters, digits and `-._~/` as `%XX` (RFC 3986, section
/// 2.3).
pub fn address(path: &str) -> String {
    let mut address = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            address.push(char::from(byte));
        } else {
            address.push_str(&format!("%{byte:02X}"));
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_text_or_an_attribute() {
        assert_eq!(escaped("<b a=\"x\" b='y'>&amp;</b>"), "&lt;b a=&quot;x&quot; b=&#39;y&#39;&gt;&amp;amp;&lt;/b&gt;");
        assert_eq!(escaped("Landkreis Rotenburg (Wümme)"), "Landkreis Rotenburg (Wümme)");
    }

    #[test]
    fn no_path_is_an_address_with_a_scheme() {
        assert_eq!(address("steckbriefe/08426-landkreis-biberach.pdf"), "steckbriefe/08426-landkreis-biberach.pdf");
        assert_eq!(address("javascript:x y%.pdf"), "javascript%3Ax%20y%25.pdf");
        assert_eq!(address("ü#?.pdf"), "%C3%BC%23%3F.pdf");
    }
}
