//! Query strings, read in place: no map, and no allocation where nothing is encoded.

use percent_encoding::percent_decode;
use std::borrow::Cow;

/// Longest query that is read, in bytes.
pub(crate) const MAX_QUERY: usize = 8 * 1024;
const MAX_PAIRS: usize = 64;

/// Name and value of each parameter, decoded. Bytes that are no UTF-8 become replacement characters.
pub(crate) fn pairs(query: &str) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    query.split('&').filter(|pair| !pair.is_empty()).take(MAX_PAIRS).map(|pair| {
        let (name, value) = match memchr::memchr(b'=', pair.as_bytes()) {
            Some(at) => (&pair[..at], &pair[at + 1..]),
            None => (pair, ""),
        };
        (decode(name), decode(value))
    })
}

fn decode(text: &str) -> Cow<'_, str> {
    if memchr::memchr2(b'%', b'+', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let spaced = text.replace('+', " ");
    Cow::Owned(percent_decode(spaced.as_bytes()).decode_utf8_lossy().into_owned())
}

/// Drops control characters (NUL above all, which Postgres has no place for) and cuts to `max` bytes.
pub(crate) fn clean(value: Cow<'_, str>, max: usize) -> Cow<'_, str> {
    let fine = value.len() <= max && !value.bytes().any(|b| b < 0x20 || b == 0x7f);
    if fine {
        return value;
    }
    let kept: String = value.chars().filter(|c| !c.is_control()).collect();
    Cow::Owned(domain::clicks::cut(&kept, max).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_decoded() {
        let read: Vec<_> = pairs("a=1&b=x%20y+z&&c&d=%ff&e=a=b").collect();
        let read: Vec<_> = read.iter().map(|(n, v)| (n.as_ref(), v.as_ref())).collect();
        assert_eq!(read, [("a", "1"), ("b", "x y z"), ("c", ""), ("d", "\u{fffd}"), ("e", "a=b")]);
        assert_eq!(pairs(&"a=1&".repeat(1000)).count(), MAX_PAIRS);
    }

    #[test]
    fn control_characters_go() {
        assert_eq!(clean("a\0b\r\nc".into(), 10), "abc");
        assert_eq!(clean("äöü".into(), 3), "ä");
        assert!(matches!(clean("plain".into(), 10), Cow::Borrowed("plain")));
    }
}
