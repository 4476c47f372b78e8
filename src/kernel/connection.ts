/** The connection file: where the five sockets listen and which key signs the messages. */

import { getHashes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';

/** A connection file that cannot be used; the message says why and what to do. */
export class ConnectionFileError extends Error {
  override readonly name = 'ConnectionFileError';
}

export const channelNames = ['shell', 'iopub', 'stdin', 'control', 'hb'] as const;
export type ChannelName = (typeof channelNames)[number];

export interface Connection {
  readonly key: string;
  /** The hash's name as OpenSSL knows it, from `hmac-sha256`. */
  readonly hash: string;
  /** A ZeroMQ address for each channel. */
  readonly addresses: Readonly<Record<ChannelName, string>>;
  /** What a person should know: an open address, no key. */
  readonly warnings: readonly string[];
}

/**
 * Reads and checks a connection file.
 *
 * @throws ConnectionFileError where it cannot be read, lacks a field, names a signature scheme that is not known, or can
 * be read by other users of the machine.
 */
export function readConnectionFile(path: string): Connection {
  refuseIfReadableByOthers(path);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConnectionFileError(
      `The connection file ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  let fields: unknown;
  try {
    fields = JSON.parse(text);
  } catch {
    throw new ConnectionFileError(
      `The connection file ${path} is not JSON. Jupyter writes it; start the kernel again.`,
    );
  }
  if (typeof fields !== 'object' || fields === null) {
    throw new ConnectionFileError(`The connection file ${path} holds ${typeof fields}, not an object.`);
  }
  return parseConnection(fields as Readonly<Record<string, unknown>>, path);
}

/** @param path only for messages. */
export function parseConnection(fields: Readonly<Record<string, unknown>>, path: string): Connection {
  const key = text(fields, 'key', path, '');
  const scheme = text(fields, 'signature_scheme', path, 'hmac-sha256');
  const transport = text(fields, 'transport', path, 'tcp');
  const ip = text(fields, 'ip', path, '127.0.0.1');
  if (transport !== 'tcp' && transport !== 'ipc') {
    throw new ConnectionFileError(
      `transport "${transport}" in ${path} is not known; expected "tcp" or "ipc".`,
    );
  }
  const address = (channel: ChannelName): string => {
    const port = fields[`${channel}_port`];
    if (typeof port !== 'number' || !Number.isInteger(port) || port < 0 || port > 65_535) {
      throw new ConnectionFileError(
        `${channel}_port in ${path} is ${JSON.stringify(port)}; expected a port number.`,
      );
    }
    if (transport === 'ipc') return `ipc://${ip}-${port}`;
    return `tcp://${ip.includes(':') && !ip.startsWith('[') ? `[${ip}]` : ip}:${port}`;
  };
  const warnings: string[] = [];
  if (key === '')
    warnings.push(
      'The connection file has an empty key: messages are not signed, anyone who can connect can run code.',
    );
  if (transport === 'tcp' && !isLoopback(ip)) {
    warnings.push(
      `The kernel listens on ${ip}, not only on this machine: messages are signed but not encrypted.`,
    );
  }
  return {
    key,
    hash: hashOf(scheme, path),
    addresses: {
      shell: address('shell'),
      iopub: address('iopub'),
      stdin: address('stdin'),
      control: address('control'),
      hb: address('hb'),
    },
    warnings,
  };
}

/** `hmac-sha256` → `sha256`; an unknown scheme is refused, never guessed. */
function hashOf(scheme: string, path: string): string {
  const hash = /^hmac-([a-z0-9-]+)$/.exec(scheme)?.[1];
  if (hash === undefined || !getHashes().includes(hash)) {
    throw new ConnectionFileError(
      `signature_scheme "${scheme}" in ${path} is not known; expected "hmac-sha256".`,
    );
  }
  return hash;
}

/** The file holds the key that lets one run code here: whoever can read it owns the kernel. */
function refuseIfReadableByOthers(path: string): void {
  if (process.platform === 'win32') return;
  const mode = statSync(path, { throwIfNoEntry: false })?.mode;
  if (mode !== undefined && (mode & 0o077) !== 0) {
    throw new ConnectionFileError(
      `The connection file ${path} can be read by other users (mode ${(mode & 0o777).toString(8)}). ` +
        `It holds the key to this kernel; make it yours alone: chmod 600 ${path}`,
    );
  }
}

function isLoopback(ip: string): boolean {
  return ip === 'localhost' || ip === '::1' || ip === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(ip);
}

function text(
  fields: Readonly<Record<string, unknown>>,
  name: string,
  path: string,
  fallback: string,
): string {
  const value = fields[name] ?? fallback;
  if (typeof value !== 'string') {
    throw new ConnectionFileError(`${name} in ${path} is ${JSON.stringify(value)}; expected a string.`);
  }
  return value;
}
