import { createHash, randomBytes } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { HendersonError } from "../base/errors.ts";
import { nearest } from "../base/nearest.ts";

/**
 * The bytes of a file.
 *
 * @param argument the option or argument that names it, for messages
 */
export function readFile(path: string, argument?: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw readFailure(path, error as NodeJS.ErrnoException, argument);
  }
}

function readFailure(
  path: string,
  cause: NodeJS.ErrnoException,
  argument: string | undefined,
): HendersonError {
  if (cause.code === "ENOENT" || cause.code === "ENOTDIR") return missingFile(path, argument);
  const reason =
    cause.code === "EISDIR"
      ? "it is a folder"
      : cause.code === "EACCES"
        ? "permission denied"
        : cause.message;
  const place = argument === undefined ? "" : `${argument}: `;
  return new HendersonError("cli/file-unreadable", `${place}'${path}' cannot be read: ${reason}`, {
    ...(cause.code === "EISDIR" ? { hint: "name a file in it" } : {}),
    cause,
  });
}

/**
 * The error of a file that is not there, with the name that was probably meant.
 *
 * @param argument the option or argument that names it
 * @param otherwise what to try where no file has a similar name
 */
export function missingFile(
  path: string,
  argument?: string,
  otherwise = "check the folder you are in",
): HendersonError {
  const similar = nearest(basename(path), fileNames(dirname(path)));
  const place = argument === undefined ? "" : `${argument}: `;
  return new HendersonError("cli/file-not-found", `${place}there is no file '${path}'`, {
    hint: similar === null ? otherwise : `did you mean '${join(dirname(path), similar)}'?`,
  });
}

function fileNames(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => entry.name);
  } catch {
    return [];
  }
}

/** Hexadecimal SHA-256 of the bytes. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

const WRITE_FAILURES: Readonly<Record<string, string>> = {
  ENOENT: "there is no such folder",
  EACCES: "permission denied",
  EISDIR: "it is a folder",
  ENOSPC: "the disk is full",
  EROFS: "the disk is read-only",
};

/**
 * Writes a whole file or nothing: into a temporary file beside it, then renamed over it. A symbolic link keeps
 * pointing where it did; devices and pipes (/dev/stdout) are written directly.
 */
export function writeAtomically(path: string, text: string): void {
  try {
    const existing = statSync(path, { throwIfNoEntry: false });
    if (existing !== undefined && !existing.isFile()) writeFileSync(path, text);
    else replaceFile(existing === undefined ? path : realpathSync(path), text);
  } catch (error) {
    throw unwritable(`'${path}'`, error as NodeJS.ErrnoException);
  }
}

/** The error of a file or stream that the system does not let us write. */
export function unwritable(what: string, cause: NodeJS.ErrnoException): HendersonError {
  const reason = WRITE_FAILURES[cause.code ?? ""] ?? cause.message;
  return new HendersonError("cli/file-unwritable", `${what} cannot be written: ${reason}`, { cause });
}

function replaceFile(path: string, text: string): void {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
  const descriptor = openSync(temporary, "wx");
  try {
    try {
      writeFileSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
