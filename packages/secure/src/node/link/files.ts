/** File operations of the key store: the system's, with writes that are on the disk when they return. */

import { close, constants, open, write, writeSync } from "node:fs";
import { type DurableFile, type DurableFiles, systemFiles } from "../sealed/files.ts";

/** One system call instead of two for every durable write, where the system's flag can be trusted. */
const SYNCHRONOUS: number = process.platform === "linux" ? constants.O_DSYNC : 0;

function openSynchronous(path: string): Promise<DurableFile> {
  return new Promise((resolve, reject) => {
    open(path, constants.O_RDWR | SYNCHRONOUS, (error, file) => {
      if (error !== null) reject(error);
      else resolve(durable(file));
    });
  });
}

/** A flush that took longer than this, in ms, has the next ones wait on another thread. */
const QUICK_MS = 2;
/** How many those are, before the disk gets another chance. */
const PATIENCE = 64;

function durable(file: number): DurableFile {
  let patience = 0;
  return {
    async write(bytes, at) {
      // On a disk that flushes in a fraction of a millisecond, handing over to another thread costs more than waiting.
      if (patience > 0) patience--;
      else {
        const begun = performance.now();
        let done = 0;
        while (done < bytes.length) {
          done += writeSync(file, bytes, done, bytes.length - done, at + done);
        }
        if (performance.now() - begun > QUICK_MS) patience = PATIENCE;
        return;
      }
      await new Promise<void>((resolve, reject) => {
        const put = (from: number): void => {
          write(file, bytes, from, bytes.length - from, at + from, (error, written) => {
            if (error !== null) reject(error);
            else if (from + written < bytes.length) put(from + written);
            else resolve();
          });
        };
        put(0);
      });
    },
    sync: () => Promise.resolve(),
    truncate: () => Promise.reject(new Error("a store of link keys is never cut")),
    close: () =>
      new Promise((resolve, reject) => {
        close(file, (error) => (error === null ? resolve() : reject(error)));
      }),
  };
}

/** What {@link openLinkStore} uses. */
export const linkFiles: DurableFiles =
  SYNCHRONOUS === 0 ? systemFiles : { ...systemFiles, open: openSynchronous };
