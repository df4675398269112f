import { z } from 'zod';
import { key } from '../key-info.js';
import { webPort } from './fields.js';

export const rights = z.enum(['read', 'control']);
export const readAccess = z.enum(['open', 'authenticated']);
export const controlAccess = z.enum(['authenticated', 'strict', 'open']);

/** The name of a token or a user. */
export const accessName = z.string().regex(/^[\w.-]{1,32}$/);
const secret = z.string().min(16).max(512);

/** Made by `hash-password`. The bounds keep a hash from taking a second, or hundreds of megabytes, to check. */
const passwordHash = z
  .string()
  .regex(/^\$scrypt\$ln=1[4-6],r=8,p=1\$[A-Za-z0-9+/]{22}(==)?\$[A-Za-z0-9+/]{43}=?$/);

/** Of a password that nobody knows. */
const examplePasswordHash =
  '$scrypt$ln=14,r=8,p=1$RdvOGAiS/48JgZhyra98ow==$kBmfGr3oPSkw1rJBZYyMLKZCCuSAHWauN58oeogMTQU=';

const token = z.union([
  z.strictObject({ token: secret, rights: rights.default('control') }),
  z.strictObject({ token_file: z.string().min(1), rights: rights.default('control') }),
]);
const user = z.strictObject({ password_hash: passwordHash, rights: rights.default('control') });

const accessKeys = {
  read_access: key(readAccess.default('open'), {
    meaning: 'Who may look: open is everybody; authenticated is whom control_access names.',
  }),
  control_access: key(controlAccess.default('authenticated'), {
    meaning:
      'Who may change things: authenticated is this machine, and others with a token or a password; strict is the same without the exception for this machine, as behind a proxy on it; open is everybody, as in the Go system.',
  }),
  tokens: key(z.record(accessName, token).default({}), {
    meaning:
      'Tokens of programs, sent as "Authorization: Bearer TOKEN". May be sections of their own: [server.tokens.NAME].',
    allowed:
      'a table of names, each with token (16 characters or more) or token_file, and rights = "read" or "control" (the default)',
    isSecret: true,
    example: { robot: { token_file: '/etc/pi-camera-streamer/robot.token', rights: 'control' } },
  }),
  users: key(z.record(accessName, user).default({}), {
    meaning:
      'Users with passwords, for browsers. May be sections of their own: [server.users.NAME]. `pi-camera-streamer hash-password` makes the hash.',
    isSecret: true,
    allowed: 'a table of names, each with password_hash, and rights = "read" or "control" (the default)',
    example: {
      anna: { password_hash: examplePasswordHash, rights: 'control' },
    },
  }),
};

const originKeys = {
  allowed_hosts: key(z.array(z.string().regex(/^[\w.-]+$/)).default([]), {
    meaning:
      'Names by which browsers reach this machine, besides its own name, names in .local and IP addresses, which always work.',
    allowed: 'an array of host names, without port',
    example: ['camera.example.org'],
  }),
  cors_origins: key(z.array(z.string().regex(/^(\*|https?:\/\/[^/\s]+)$/)).default([]), {
    meaning: 'Web pages of other origins that may use this server; "*" is all of them, as in the Go system.',
    allowed: 'an array of origins such as "http://dashboard.local:3000", or ["*"]',
    example: ['http://dashboard.local:3000'],
  }),
  tls_cert_file: key(z.string().default(''), {
    meaning: 'Certificate (PEM, with its chain); with tls_key_file the server speaks HTTPS, and only that.',
  }),
  tls_key_file: key(z.string().default(''), { meaning: "The certificate's key (PEM)." }),
};

export const serverSection = z.strictObject({
  enabled: key(z.boolean().default(true), { meaning: 'Run the web server.' }),
  web_port: key(webPort.default(8080), {
    meaning: 'TCP port of the web server; 0 lets the system choose, and the log says which.',
  }),
  bind_ip: key(z.string().default('0.0.0.0'), { meaning: 'Address on which the web server listens.' }),
  pi_ip: key(z.string().default(''), {
    meaning: 'Address of this machine as browsers see it; empty means detected. PI_IP overrides it.',
  }),
  max_previews: key(z.int().min(1).max(100).default(10), {
    meaning: 'Most previews (/stream/camera1.mjpg) that are open at a time.',
  }),
  ...accessKeys,
  ...originKeys,
});
