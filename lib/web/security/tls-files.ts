import type { Server } from 'node:https';
import { createSecureContext } from 'node:tls';
import type { FastifyBaseLogger } from 'fastify';
import type { ServerConfig } from '../../config/index.js';
import { StreamerError } from '../../errors/index.js';
import { fileFailure, readRegularFile } from '../../util/files.js';

type TlsConfig = NonNullable<ServerConfig['tls']>;

interface KeyPair {
  readonly key: Buffer;
  readonly cert: Buffer;
}

/** Certificates are renewed every few weeks, and this program runs for months. */
const renewalCheckMs = 60 * 60 * 1000;

/** The longest file that is read: a certificate with its chain has some kB. */
const maxPemBytes = 2 ** 20;

/** @throws StreamerError ERR_FILE_NOT_FOUND, ERR_CONFIG_INVALID when the files hold no certificate with its key */
export function readTlsFiles({ certFile, keyFile }: TlsConfig): KeyPair {
  const pair = { key: readPem(keyFile), cert: readPem(certFile) };
  try {
    createSecureContext(pair);
    return pair;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StreamerError(
      'ERR_CONFIG_INVALID',
      `${certFile} and ${keyFile} are no certificate with its key in PEM (${reason}); see tls_cert_file in [server]`,
      error,
    );
  }
}

/** Gives a new certificate to all these servers when there is one. Returns what ends that. */
export function followRenewals(
  servers: readonly Pick<Server, 'setSecureContext'>[],
  tls: TlsConfig,
  logger: FastifyBaseLogger,
): () => void {
  let known = readTlsFiles(tls);
  const timer = setInterval(() => {
    try {
      const pair = readTlsFiles(tls);
      if (!pair.cert.equals(known.cert)) for (const server of servers) server.setSecureContext(pair);
      known = pair;
    } catch (error) {
      logger.warn(error instanceof Error ? error.message : String(error));
    }
  }, renewalCheckMs).unref();
  return () => {
    clearInterval(timer);
  };
}

function readPem(file: string): Buffer {
  try {
    return readRegularFile(file, maxPemBytes);
  } catch (error) {
    throw new StreamerError(
      'ERR_FILE_NOT_FOUND',
      `${file}: cannot be read (${fileFailure(error)}); see tls_cert_file in [server]`,
      error,
    );
  }
}
