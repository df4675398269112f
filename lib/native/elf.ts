import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const headerBytes = 64;

/** Processors by the number in the header, as Node calls them. */
const processors: Readonly<Record<number, string>> = {
  3: 'ia32',
  40: 'arm',
  62: 'x64',
  183: 'arm64',
  243: 'riscv64',
};

/** What the header of a little-endian ELF file says. */
export interface ElfHeader {
  /** As in process.arch; for others the number in the header. */
  readonly processor: string;
  /** Whether the file has all its bytes: its section headers come last. */
  readonly isWhole: boolean;
}

/**
 * Reads the header of an ELF file. The dynamic linker does not look at its length: loading a file that was cut short
 * kills the process by SIGBUS.
 *
 * @returns undefined when it is none, or when even the header is cut short
 */
export function readElfHeader(file: string): ElfHeader | undefined {
  const descriptor = openSync(file, 'r');
  try {
    const header = Buffer.alloc(headerBytes);
    const length = readSync(descriptor, header);
    if (length < headerBytes || header.readUInt32BE(0) !== 0x7f454c46) return undefined;
    const machine = header.readUInt16LE(18); // e_machine
    const isWhole = sectionHeadersEnd(header) <= fstatSync(descriptor).size;
    return { processor: processors[machine] ?? `processor ${String(machine)}`, isWhole };
  } finally {
    closeSync(descriptor);
  }
}

// e_shoff + e_shentsize * e_shnum. Byte 4 is the class: 2 for 64 bits, whose addresses in front are longer.
function sectionHeadersEnd(header: Buffer): number {
  return header[4] === 2
    ? Number(header.readBigUInt64LE(40)) + header.readUInt16LE(58) * header.readUInt16LE(60)
    : header.readUInt32LE(32) + header.readUInt16LE(46) * header.readUInt16LE(48);
}
