/**
 * The standard Huffman tables (ITU-T T.81, tables K.3 to K.6), each as in a DHT segment: 16 counts of codes by
 * length, then the values. Receivers of RFC 2435 know no others. Keyed by the segment's first byte: class << 4 | id.
 */
export const standardHuffmanTables: ReadonlyMap<number, Uint8Array> = new Map([
  [0x00, dcTable([0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0])],
  [0x01, dcTable([0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0])],
  [
    0x10,
    acTable(
      [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7d],
      '0102030004110512213141061351610722711432' +
        '8191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a' +
        '434445464748494a535455565758595a636465666768696a737475767778797a' +
        '838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9ba' +
        'c2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa',
    ),
  ],
  [
    0x11,
    acTable(
      [0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 0x77],
      '0001020311040521310612415107617113223281' +
        '08144291a1b1c109233352f0156272d10a162434e125f11718191a262728292a35363738393a' +
        '434445464748494a535455565758595a636465666768696a737475767778797a' +
        '82838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9ba' +
        'c2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa',
    ),
  ],
]);

function dcTable(counts: number[]): Uint8Array {
  return Uint8Array.from([...counts, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
}

function acTable(counts: number[], valuesHex: string): Uint8Array {
  return Uint8Array.from([...counts, ...Buffer.from(valuesHex, 'hex')]);
}
