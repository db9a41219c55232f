/** Where models are kept on this machine. */

import { homedir } from "node:os";
import { join } from "node:path";

/**
 * Folder of pulled models: `SYMBION_MODELS`, else `symbion/models` in the folder for programs' data: `XDG_DATA_HOME`
 * (`~/.local/share`), on macOS `~/Library/Application Support`, on Windows `LOCALAPPDATA`.
 *
 * @param env Environment; default: the process's.
 */
export function modelsFolder(env: NodeJS.ProcessEnv = process.env): string {
  const own = env.SYMBION_MODELS;
  if (own) return own;
  const xdg = env.XDG_DATA_HOME;
  if (xdg) return join(xdg, "symbion", "models");
  if (process.platform === "darwin") {
    return join(homedir(), "Library", "Application Support", "symbion", "models");
  }
  const local = env.LOCALAPPDATA;
  if (process.platform === "win32" && local) return join(local, "symbion", "models");
  return join(homedir(), ".local", "share", "symbion", "models");
}

/** Folder of weights converted from any checkpoint: beside the models. */
export function packedFolder(models: string): string {
  return join(models, "packed");
}
