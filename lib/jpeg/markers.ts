/** JPEG marker codes: the byte after 0xFF (ITU-T T.81, table B.1). */
export const marker = {
  SOF0: 0xc0,
  SOF1: 0xc1,
  SOF2: 0xc2,
  DHT: 0xc4,
  JPG: 0xc8,
  DAC: 0xcc,
  SOF15: 0xcf,
  RST0: 0xd0,
  RST7: 0xd7,
  SOI: 0xd8,
  EOI: 0xd9,
  SOS: 0xda,
  DQT: 0xdb,
  DRI: 0xdd,
  TEM: 0x01,
} as const;

const frameNames: Readonly<Record<number, string>> = {
  0xc2: 'progressive',
  0xc3: 'lossless',
  0xc5: 'hierarchical',
  0xc6: 'hierarchical progressive',
  0xc7: 'hierarchical lossless',
  0xc9: 'arithmetic-coded',
  0xca: 'arithmetic-coded progressive',
  0xcb: 'arithmetic-coded lossless',
  0xcd: 'arithmetic-coded hierarchical',
  0xce: 'arithmetic-coded hierarchical progressive',
  0xcf: 'arithmetic-coded hierarchical lossless',
};

/** Whether a marker code opens a frame (SOF0..SOF15 without DHT, JPG and DAC). */
export function isStartOfFrame(code: number): boolean {
  return (
    code >= marker.SOF0 &&
    code <= marker.SOF15 &&
    code !== marker.DHT &&
    code !== marker.JPG &&
    code !== marker.DAC
  );
}

/** What kind of JPEG a start-of-frame marker announces, in words. */
export function frameName(code: number): string {
  return frameNames[code] ?? 'baseline';
}
