//! Addresses on the web and of mailboxes: which texts are accepted as one.

use url::{SyntaxViolation, Url};

/// Why a text cannot be the address of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressFault {
    /// It is no address with `http:`, `https:` or `mailto:`.
    NoAddress,
    /// It holds this sign, which addresses write with `%` or, in host names, in another way.
    Sign(char),
}

/// Whether a text is the full address of something on the web: `http` or `https`, a host, and only signs an address
/// may have, but neither query nor fragment. The scheme is written in lower case.
pub fn is_web_address(text: &str) -> bool {
    let valid = std::cell::Cell::new(true);
    let violated = |violation: SyntaxViolation| match violation {
        SyntaxViolation::EmbeddedCredentials => {}
        // The enum is not ours and not closed: whatever else the standard calls a mistake is one.
        _ => valid.set(false),
    };
    let url = Url::options().syntax_violation_callback(Some(&violated)).parse(text);
    url.is_ok_and(|url| {
        let is_web = matches!(url.scheme(), "http" | "https") && text.starts_with(url.scheme());
        let named =
            url.host_str().is_some_and(|host| host.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '['));
        is_web && named && url.query().is_none() && url.fragment().is_none() && text.is_ascii() && valid.get()
    })
}

/// Whether a text can be the address of a link: `http:` or `https:` with a host, or `mailto:` with a mailbox.
///
/// # Errors
/// What keeps it from being one.
pub fn check_link(text: &str) -> Result<(), AddressFault> {
    let (scheme, rest) = text.split_once(':').unwrap_or(("", text));
    let is_web = matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https");
    let has_shape = match scheme.to_ascii_lowercase().as_str() {
        "mailto" => rest.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty()),
        _ => is_web && rest.strip_prefix("//").is_some_and(|host| !host.is_empty()),
    };
    if !has_shape {
        return Err(AddressFault::NoAddress);
    }
    if let Some(sign) = text.chars().find(|c| !c.is_ascii_graphic()) {
        return Err(AddressFault::Sign(sign));
    }
    match Url::parse(text) {
        Ok(url) if url.has_host() || !is_web => Ok(()),
        Ok(_) | Err(_) => Err(AddressFault::NoAddress),
    }
}

/// Whether a text can be the address of a mailbox: `name@host`, without a display name.
pub fn is_mailbox(text: &str) -> bool {
    let sign = |b: u8| b.is_ascii_alphanumeric() || b"-._+".contains(&b);
    let part = |part: &str| !part.is_empty() && part.bytes().all(sign);
    text.split_once('@').is_some_and(|(name, host)| part(name) && part(host) && host.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn web_addresses_are_whole_and_plain() {
        for good in [
            "https://www.example.org/kreisblatt/2017/",
            "http://x.example",
            "https://x.example:8080/a%20b/~c;d=e,(f)",
            "https://user@x.example/",
            "https://127.0.0.1/a",
            "https://[2001:db8::1]/a/",
            "http://dcat-ap.de/def/licenses/dl-by-de/2.0",
        ] {
            assert!(is_web_address(good), "{good}");
        }
        for bad in [
            "",
            "www.example.org",
            "https://",
            "https:///x",
            "https:x.example",
            "HTTPS://x.example/",
            "ftp://x.example/",
            "https://x.example/?to=5",
            "https://x.example/#a",
            "https://x.example/a b",
            " https://x.example/",
            "https://x.example/\n",
            "https://x.example\\a",
            "https://x.example/{a}",
            "https://x.example/[a]",
            "https://x.example/\"",
            "https://ü.example/",
            "https://x.example/ü",
            "https://-x.example/",
            // Only the crate `url` finds these.
            "https://x.example:99999/",
            "https://x.example/%zz",
            "https://1.2.3.999/",
        ] {
            assert!(!is_web_address(bad), "{bad}");
        }
    }

    #[test]
    fn links_may_lead_further() {
        for good in ["https://x.y", "HTTP://x.y/?a=b#c", "https://x.y/\"]#[", "mailto:a@b.c", "MAILTO:a@b"] {
            assert_eq!(check_link(good), Ok(()), "{good}");
        }
        for bad in ["", "x.y", "https://", "https:/x", "mailto:a", "mailto:@b", "javascript:x", "https://x.y:99999"] {
            assert_eq!(check_link(bad), Err(AddressFault::NoAddress), "{bad}");
        }
        assert_eq!(check_link("https://ü.de"), Err(AddressFault::Sign('ü')));
        assert_eq!(check_link("https://a b"), Err(AddressFault::Sign(' ')));
    }

    #[test]
    fn mailboxes_are_bare() {
        assert!(is_mailbox("statistik@example.org") && is_mailbox("a.b-c+d@x.y"));
        for bad in ["", "a", "a@b", "@x.y", "a@", "A <a@x.y>", "mailto:a@x.y", "a@x.y@z"] {
            assert!(!is_mailbox(bad), "{bad}");
        }
    }
}
