import { InvalidArgumentError } from 'commander';

/** HOST:PORT, with brackets around an IPv6 address. */
export function parseDestination(text: string): { host: string; port: number } {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  if (!match || !host)
    throw new InvalidArgumentError('It is HOST:PORT, such as 192.168.1.20:5000 or [fe80::1]:5000.');
  return { host, port: Number(match[3]) };
}

export function parseNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It is a number.');
  return value;
}

export function parseCount(text: string): number {
  const value = parseNumber(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('It is a whole number from 1.');
  return value;
}

export function parseSeconds(text: string): number {
  const value = parseNumber(text);
  if (value <= 0) throw new InvalidArgumentError('It is a number of seconds above 0.');
  return value;
}

/** How long a measurement takes. */
export function parseMeasureSeconds(text: string): number {
  const value = parseNumber(text);
  if (value < 2 || value > 600) throw new InvalidArgumentError('It is a number of seconds from 2 to 600.');
  return value;
}

/** As a number, or in hexadecimal with 0x. */
export function parseSsrc(text: string): number {
  const value = parseNumber(text);
  if (!Number.isInteger(value) || value < 0 || value >= 2 ** 32)
    throw new InvalidArgumentError('It is a whole number of 32 bits, such as 0x12345678.');
  return value;
}

/** WIDTHxHEIGHT in pixels. */
export function parseSize(text: string): { width: number; height: number } {
  const [, width, height] = /^(\d{1,5})x(\d{1,5})$/.exec(text) ?? [];
  if (width === undefined || height === undefined)
    throw new InvalidArgumentError('It is WIDTHxHEIGHT, such as 2592x1944.');
  return { width: Number(width), height: Number(height) };
}
