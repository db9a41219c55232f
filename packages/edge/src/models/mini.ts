/** The embedded model behind the interface of chat: it sees the newest pictures and answers the last question. */

import {
  type ChatMessage,
  type Executor,
  imageBlocks,
  loadTokenizer,
  type MediaLayout,
  type PromptPart,
  type RgbImage,
  resizeBicubic,
  type TextTokenizer,
} from "@symbion/neural";
import {
  MINI_BLOCK,
  MINI_FRAME_RATE,
  MINI_FRAME_STRIDE,
  MINI_HEIGHT,
  MINI_NAME,
  MINI_TOKENS,
  MINI_WIDTH,
  MINI_WINDOW,
  nearestWording,
  openMini,
  questionIds,
  readMiniFiles,
} from "@symbion/vision/mini";
import type { ChatModel } from "./open.ts";

/** Around the question in a rendered prompt. No text has these characters. */
const [BEGIN, END] = ["\ufdd0", "\ufdd1"];
const IMAGE = "\ufdd2";
const VIDEO = "\ufdd3";

/** Opens the model; the executor ends with it. */
export async function openMiniChat(executor: Executor): Promise<ChatModel> {
  const files = await readMiniFiles();
  const { model } = await openMini(executor, files);
  const words = loadTokenizer({ tokenizer: files.tokenizer });
  const tokenizer: TextTokenizer = {
    size: words.size,
    bytes: words.bytes,
    id: (token) => words.id(token),
    stream: () => words.stream(),
    encode(text) {
      const question = text.slice(text.indexOf(BEGIN) + 1, text.indexOf(END));
      return questionIds(words.encode(nearestWording(question) ?? question));
    },
  };
  return {
    id: MINI_NAME,
    model,
    tokenizer,
    media: MEDIA,
    frameRate: MINI_FRAME_RATE,
    contextLength: MINI_WINDOW * MINI_FRAME_STRIDE * 2,
    defaults: { temperature: 0 },
    endIds: model.endIds,
    specials: [...words.specialIds].flatMap((id) => words.token(id) ?? []),
    prompt: render,
    close: async () => {
      await model.dispose();
      await executor.dispose();
    },
  };
}

const MEDIA: MediaLayout = {
  imagePlaceholder: IMAGE,
  videoPlaceholder: VIDEO,
  image: picture,
  video: (frames) => frames.slice(-MINI_WINDOW).flatMap(({ image }) => picture(image)),
};

function picture(image: RgbImage): PromptPart[] {
  const resized = resizeBicubic(image, MINI_WIDTH, MINI_HEIGHT);
  return [
    { kind: "tokens", ids: [MINI_TOKENS.frame] },
    { kind: "blocks", blocks: imageBlocks(resized, MINI_BLOCK) },
  ];
}

/** All media of the conversation, then the last text as the question: the model has no memory of what was said. */
function render(messages: readonly ChatMessage[]): string {
  let media = "";
  let question = "";
  for (const { role, content } of messages) {
    if (typeof content === "string") {
      if (role === "user") question = content;
      continue;
    }
    for (const part of content) {
      if (part.type === "image") media += IMAGE;
      else if (part.type === "video") media += VIDEO;
      else if (role === "user") question = String(part.text);
    }
  }
  return `${media}${BEGIN}${question.replaceAll(/[\ufdd0-\ufdd3]/g, "")}${END}`;
}
