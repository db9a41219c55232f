/** Runs in the audio thread: hands each block of sound to the page. */

// TypeScript's library has no words for the audio thread's global scope.
declare const registerProcessor: (name: string, processor: new () => object) => void;
declare const AudioWorkletProcessor: new () => { readonly port: MessagePort };

/** Samples that are handed over together: 43 ms at 48 kHz. */
const TOGETHER = 2048;

class PcmProcessor extends AudioWorkletProcessor {
  readonly #block = new Float32Array(TOGETHER);
  #filled = 0;

  process(inputs: readonly (readonly Float32Array[])[]): boolean {
    const samples = inputs[0]?.[0];
    if (samples === undefined) return true;
    for (const sample of samples) {
      this.#block[this.#filled++] = sample;
      if (this.#filled === TOGETHER) {
        this.port.postMessage(this.#block.slice());
        this.#filled = 0;
      }
    }
    return true;
  }
}

registerProcessor("pcm", PcmProcessor);
