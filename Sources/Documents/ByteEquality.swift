extension String {
    /// Whether both are the same UTF-8 bytes.
    ///
    /// `==` asks for canonical equivalence, to which `é` and `e` + U+0301 are the same; to an API
    /// server they are two names.
    package func hasBytes(of other: String) -> Bool {
        utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8)
    }

    /// Whether the bytes of this text sort before those of the other, as Go sorts strings.
    package func precedesByBytes(_ other: String) -> Bool {
        utf8.lexicographicallyPrecedes(other.utf8)
    }
}
