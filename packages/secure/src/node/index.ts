/** `@symbion/secure/node`: native primitives, key stores, links, files. */

export { KeyStoreError, LinkError } from "../errors.ts";
export { folderBom } from "./inventory/folder.ts";
export { type Keychain, systemKeychain } from "./keys/keychain.ts";
export type {
  PassphraseCost,
  VaultAccess,
  VaultProtection,
  VaultProtectionKind,
} from "./keys/protection.ts";
export {
  deleteKeyVault,
  type KeyVault,
  type KeyVaultOptions,
  openKeyVault,
  type RecoveredVault,
  recoverKeyVault,
} from "./keys/vault.ts";
export {
  createLinkCaller,
  createLinkListener,
  enrol,
  type InvitationOptions,
  type LinkCaller,
  type LinkCallerOptions,
  type LinkLimits,
  type LinkListener,
  type LinkListenerOptions,
  type LinkLog,
  type LinkLogEvent,
  type LinkMessageInfo,
  LinkStore,
  type LinkStoreOptions,
  type MessageHandler,
  type OpenSession,
  openLink,
  openLinkStore,
} from "./link/index.ts";
export { nativePrimitives } from "./primitives/native.ts";
export { openFile, type SealFileOptions, sealFile } from "./sealed/bulk.ts";
export {
  type DurableFile,
  type DurableFiles,
  lockFolder,
  publicFiles,
  replaceFile,
  systemFiles,
} from "./sealed/files.ts";
export {
  proveSealedGrowth,
  proveSealedRecord,
  readSealedFolder,
  type SealedFolderOptions,
  verifySealedFolder,
} from "./sealed/folder.ts";
export {
  openSealedLog,
  SealedLog,
  type SealedLogOpening,
  type SealedLogOptions,
} from "./sealed/log.ts";
export { installTarget } from "./updates/install.ts";
export {
  createRepository,
  type NewTarget,
  openRepository,
  type Publication,
  type RepositoryOptions,
  type RepositoryRoles,
  ROLE_DAYS,
  type RoleHolders,
  UpdateRepository,
} from "./updates/repository.ts";
export {
  type FetchSourceOptions,
  fetchSource,
  folderSource,
  type UpdateFetch,
} from "./updates/sources.ts";
export { type FolderUpdateState, folderUpdateState, nativeStreamHash } from "./updates/state.ts";
