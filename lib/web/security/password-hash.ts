import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** RFC 7914. Some 16 MiB and 50 ms for each check, so that guessing is slow. */
const lnCost = 14;
const blockSize = 8;
const hashBytes = 32;
const saltBytes = 16;

/** A password as the configuration keeps it: `$scrypt$ln=14,r=8,p=1$SALT$HASH`, both base64. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  const hash = await derive(password, salt, lnCost);
  return `$scrypt$ln=${String(lnCost)},r=${String(blockSize)},p=1$${salt.toString('base64')}$${hash.toString('base64')}`;
}

/**
 * Whether this is the password. Takes as long when it is not.
 *
 * @param passwordHash - of the form that hashPassword() makes
 */
export async function isPassword(password: string, passwordHash: string): Promise<boolean> {
  const [, , cost = '', salt = '', expected = ''] = passwordHash.split('$');
  const ln = Number(/^ln=(\d+)/.exec(cost)?.[1]);
  const hash = await derive(password, Buffer.from(salt, 'base64'), ln);
  return timingSafeEqual(hash, Buffer.from(expected, 'base64'));
}

async function derive(password: string, salt: Buffer, ln: number): Promise<Buffer> {
  const cost = 2 ** ln;
  const options = { cost, blockSize, parallelization: 1, maxmem: 256 * cost * blockSize };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize(), salt, hashBytes, options, (error, hash) => {
      if (error) reject(error);
      else resolve(hash);
    });
  });
}
