/**
 * The policy of trust on disk: which peer is in which tier, signed with the node's identity. A file whose signature does
 * not hold is no policy: nothing is told to anybody until a person sets tiers anew.
 */

import { join } from "node:path";
import { checkTierPolicy, policyBytes, policyFromBytes, type TierPolicy } from "@symbion/privacy";
import { type Identity, type Primitives, verifyIdentity } from "@symbion/secure";
import { replaceFile, systemFiles } from "@symbion/secure/node";
import { z } from "zod";
import type { ShareConfig } from "../config/share-types.ts";

/** What signatures of policies are for. */
const CONTEXT = "symbion node tier policy";

/** Name of the file. */
const POLICY_FILE = "policy.json";

const base64 = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/);
const fileSchema = z.strictObject({
  policy: base64,
  signature: base64,
  signedBy: z.string(),
});

/** A policy as it was found. */
export type FoundPolicy =
  | { readonly policy: TierPolicy | null }
  /** The file is there and does not count. */
  | { readonly problem: string };

/** Reads the policy of a folder and checks its signature. */
export async function readPolicy(
  folder: string,
  identity: Identity,
  primitives: Primitives,
): Promise<FoundPolicy> {
  const bytes = await systemFiles.read(join(folder, POLICY_FILE));
  if (bytes === null) return { policy: null };
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    return { problem: `${POLICY_FILE}: expected JSON, got something else` };
  }
  const parsed = fileSchema.safeParse(value);
  if (!parsed.success) return { problem: `${POLICY_FILE}: expected a signed policy` };
  const policy = Buffer.from(parsed.data.policy, "base64");
  const signature = Buffer.from(parsed.data.signature, "base64");
  if (!verifyIdentity(primitives, identity.public, CONTEXT, policy, signature)) {
    return { problem: `${POLICY_FILE}: its signature is not this node's: it does not count` };
  }
  try {
    return { policy: policyFromBytes(policy) };
  } catch (error) {
    return { problem: `${POLICY_FILE}: ${(error as Error).message}` };
  }
}

/** Signs a policy and puts it into the place of the one before; it is on the disk when this resolves. */
export async function writePolicy(
  folder: string,
  identity: Identity,
  policy: TierPolicy,
): Promise<void> {
  const bytes = policyBytes(policy);
  const text = JSON.stringify({
    policy: Buffer.from(bytes).toString("base64"),
    signature: Buffer.from(identity.sign(CONTEXT, bytes)).toString("base64"),
    signedBy: identity.public.fingerprint,
  });
  await replaceFile(systemFiles, join(folder, POLICY_FILE), Buffer.from(`${text}\n`));
}

/**
 * The policy that a configuration asks for: its tiers and budgets, with the recipients of before as far as they are known
 * and their tier still exists. The same object where nothing differs, else one version further; null without tiers.
 */
export function policyFor(
  config: Pick<ShareConfig, "rhoMax" | "rhoMin" | "tiers">,
  before: TierPolicy | null,
  recipients: Readonly<Record<string, string>>,
): TierPolicy | null {
  if (config.tiers.length === 0) return null;
  const names = new Set(config.tiers.map(({ name }) => name));
  const kept = Object.entries(recipients).filter(([, tier]) => names.has(tier));
  const version = before?.version ?? 0;
  const { rhoMax, rhoMin, tiers } = config;
  const wanted = { version: Math.max(1, version), rhoMax, rhoMin, tiers };
  const same = checkTierPolicy({ ...wanted, recipients: Object.fromEntries(kept) });
  if (before !== null && Buffer.compare(policyBytes(same), policyBytes(before)) === 0)
    return before;
  return checkTierPolicy({ ...same, version: version + 1 });
}
