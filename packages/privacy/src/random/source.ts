/**
 * Where randomness comes from. Samplers draw whole 32-bit words and never floating-point numbers: the pattern of a
 * double's last bits gives noise away (Mironov, 2012).
 *
 * Noise protects only as long as nobody can predict it. The one source that this package gives is
 * `systemRandom`; whoever passes another one, a seeded generator in a test for instance, gives the protection up.
 */
export interface RandomSource {
  /** The next word, uniform on [0, 2^32), independent of all others, predictable by nobody. */
  uint32(): number;
}
