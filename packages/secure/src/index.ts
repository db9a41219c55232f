/**
 * `@symbion/secure`: post-quantum by default. What is here runs in Node.js and in browsers; links, files and keychains
 * are behind `@symbion/secure/node`.
 */

export {
  KeyStoreError,
  LINK_ERROR_CODES,
  LinkError,
  type LinkErrorCode,
  SecureError,
} from "./errors.ts";
export {
  type HpkeExporter,
  type HpkeOptions,
  type HpkeReceiver,
  type HpkeSender,
  type HpkeSuite,
  type HpkeSuiteNames,
  hpkeSuite,
} from "./hpke/hpke.ts";
export type { HpkeKdfName, HpkePsk } from "./hpke/schedule.ts";
export {
  createIdentity,
  DUAL_CONTEXT_MOST,
  fingerprint,
  IDENTITY_SEED_LENGTH,
  PUBLIC_IDENTITY_LENGTH,
  parsePublicIdentity,
  publicIdentityBytes,
  verifyIdentity,
} from "./identity/identity.ts";
export {
  decodeRecoveryCode,
  encodeRecoveryCode,
  RECOVERY_SECRET_LENGTH,
} from "./identity/recovery.ts";
export {
  followRotations,
  parseRotation,
  type RotationOutcome,
  type RotationPlace,
  type RotationStatement,
  revokeIdentity,
  rotateIdentity,
} from "./identity/rotation.ts";
export { DUAL_SIGNATURE_LENGTH, type Identity, type PublicIdentity } from "./identity/types.ts";
export { cryptoBom } from "./inventory/cbom.ts";
export { type BomProduct, type CycloneDx, npmPurl } from "./inventory/cyclonedx.ts";
export { cryptoInventory, expiringCrypto } from "./inventory/inventory.ts";
export { type SoftwareBomOptions, softwareBom } from "./inventory/sbom.ts";
export type {
  CryptoInventory,
  CryptoPlace,
  CryptoPrimitive,
  CryptoStatus,
  CryptoUse,
  ProtocolUse,
  QuantumStanding,
} from "./inventory/types.ts";
export { LINK_MESSAGE_MOST } from "./link/frames.ts";
export { formatInvitation, type Invitation, parseInvitation } from "./link/invitation.ts";
export {
  LINK_PROFILES,
  type LinkBytes,
  type LinkPeer,
  type LinkProfile,
  type LinkRole,
  type LinkSession,
} from "./link/types.ts";
export { portablePrimitives } from "./primitives/portable.ts";
export type {
  Aead,
  AeadName,
  Encapsulation,
  Kem,
  KemName,
  KeyPair,
  Primitives,
  SignatureName,
  SignatureScheme,
} from "./primitives/types.ts";
export {
  type AgeKey,
  ageRecipient,
  type ExportAgeOptions,
  exportAge,
  generateAgeKey,
  type ImportAgeOptions,
  importAge,
} from "./sealed/age.ts";
export { type LogRecord, readSegment } from "./sealed/contents.ts";
export { type Hash, MerkleTree, verifyConsistency, verifyInclusion } from "./sealed/merkle.ts";
export { type RecordProof, verifyRecordProof } from "./sealed/proof.ts";
export {
  CONTEXT_RECORD_OVERHEAD,
  createRecordOpener,
  createRecordSealer,
  openRecord,
  type RecordOpener,
  type RecordSealer,
  SEALED_RECORD_OVERHEAD,
  sealRecord,
} from "./sealed/record.ts";
export type { Checkpoint, Notice } from "./sealed/segment.ts";
export {
  BULK_HEADER_LENGTH,
  type BulkOptions,
  bulkLength,
  openBytes,
  openStream,
  sealBytes,
  sealStream,
} from "./sealed/stream.ts";
export {
  LOG_PROBLEM_CODES,
  type LogProblem,
  type LogProblemCode,
  type LogReport,
  type LogState,
  LogVerifier,
  type PlacedSegment,
  type VerifyLogOptions,
  verifyCheckpoint,
  verifyLog,
} from "./sealed/verify.ts";
export {
  memoryUpdateState,
  type StreamHash,
  targetFile,
  UPDATE_STATE_NAMES,
  UpdateClient,
  type UpdateClientOptions,
  type UpdateOverview,
  type UpdateSource,
  type UpdateState,
  type UpdateStateName,
} from "./updates/client.ts";
export { UPDATE_ERROR_CODES, UpdateError, type UpdateErrorCode } from "./updates/errors.ts";
export {
  type FileInfo,
  type MetadataLink,
  type RoleKeys,
  UPDATE_ROLES,
  type UpdateRole,
  type UpdateTarget,
  updateKeyId,
} from "./updates/metadata.ts";
