/** The numbers of oracle/checkpoints.py: -1 to 1, of very different magnitudes. */
export function numbers(count: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, (_, i) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 31 - 1) * 2 ** ((Math.floor(i / 32) % 24) - 12);
  });
}
