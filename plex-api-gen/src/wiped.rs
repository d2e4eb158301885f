use zeroize::Zeroize;

/// Bytes that may hold a secret, such as the body of a response. Their memory is wiped when they are dropped.
#[derive(Default)]
pub(crate) struct Wiped(Vec<u8>);

impl Wiped {
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self(Vec::with_capacity(capacity))
    }

    pub(crate) fn as_slice(&self) -> &[u8] {
        &self.0
    }

    /// Appends bytes. If they do not fit, they move to a larger buffer, and the former one is wiped.
    pub(crate) fn extend(&mut self, bytes: &[u8]) {
        let length = self.0.len() + bytes.len();
        if length > self.0.capacity() {
            let mut larger = Self::with_capacity(length.max(self.0.capacity() * 2));
            larger.0.extend_from_slice(&self.0);
            *self = larger;
        }
        self.0.extend_from_slice(bytes);
    }

    /// Returns the bytes, which are no longer wiped.
    pub(crate) fn into_bytes(mut self) -> Vec<u8> {
        std::mem::take(&mut self.0)
    }
}

impl Drop for Wiped {
    fn drop(&mut self) {
        // As a slice, because a vector is wiped byte by byte.
        self.0.as_mut_slice().zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_kept_while_the_buffer_grows() {
        let mut bytes = Wiped::default();
        for chunk in [b"ab".as_slice(), b"", b"cdefg", b"h"] {
            bytes.extend(chunk);
        }
        assert_eq!(bytes.as_slice(), b"abcdefgh");
        assert_eq!(bytes.into_bytes(), b"abcdefgh");
    }
}
