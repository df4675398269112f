import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const headerBytes = 64;

/**
 * Whether a 64-bit little-endian ELF file has all its bytes: its section headers come last. The dynamic linker does
 * not look, and loading a file that was cut short kills the process by SIGBUS.
 */
export function isWholeElf(file: string): boolean {
  const descriptor = openSync(file, 'r');
  try {
    const header = Buffer.alloc(headerBytes);
    if (readSync(descriptor, header) < headerBytes || header.readUInt32BE(0) !== 0x7f454c46) return false;
    const sectionsOffset = Number(header.readBigUInt64LE(40)); // e_shoff
    const sectionsBytes = header.readUInt16LE(58) * header.readUInt16LE(60); // e_shentsize, e_shnum
    return sectionsOffset + sectionsBytes <= fstatSync(descriptor).size;
  } finally {
    closeSync(descriptor);
  }
}
