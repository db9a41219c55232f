/** The functions that decide, as the layer is given them; others can be put in their place. */

import { detectLanguage } from "../language/detect.ts";
import type { Language } from "../language/types.ts";
import { rephrase } from "../rephrase/rephrase.ts";
import type { RephraseRequest, Rephraser, Rephrasing } from "../rephrase/types.ts";
import { guardAdvice } from "../safety/advice.ts";
import { refusalText, screenRequest } from "../safety/screen.ts";
import type { AdviceRequest, AdviceVerdict, ScreenVerdict } from "../safety/types.ts";
import { guardAgreement } from "../sycophancy/guard.ts";
import type { SycophancyRequest, SycophancyVerdict } from "../sycophancy/types.ts";
import { triage } from "../triage/gate.ts";
import { handoverText } from "../triage/handover.ts";
import type { TriageRequest, TriageVerdict } from "../triage/types.ts";

/** What each stage asks. */
export type LayerParts = {
  /** Language of a question. */
  readonly detectLanguage: (text: string) => Language;
  /** How urgently somebody's account asks for help. */
  readonly triage: (request: TriageRequest) => TriageVerdict;
  /** What is said where people have to take over. */
  readonly handoverText: (verdict: TriageVerdict, language: Language) => string;
  /** Whether a request may be answered by a model. */
  readonly screenRequest: (text: string) => ScreenVerdict;
  /** What is said where it may not. */
  readonly refusalText: (verdict: ScreenVerdict, language: Language) => string;
  /** Whether an answer gave way without a reason. */
  readonly guardAgreement: (request: SycophancyRequest) => SycophancyVerdict;
  /** Whether an answer may go out as it is. */
  readonly guardAdvice: (request: AdviceRequest) => AdviceVerdict;
  /** The answer in warmer words, already through the meaning gate. */
  readonly rephrase: (
    request: RephraseRequest,
    rephraser?: Rephraser,
    signal?: AbortSignal,
  ) => Promise<Rephrasing>;
};

/** The built-in ones: those that {@link RULES_VERSION} stands for. */
export const BUILT_IN: LayerParts = {
  detectLanguage,
  triage,
  handoverText,
  screenRequest,
  refusalText,
  guardAgreement,
  guardAdvice,
  rephrase,
};
