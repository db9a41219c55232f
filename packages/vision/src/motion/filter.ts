/** Standard deviation of position and velocity of what rests, in shares of the picture (per second). */
const REST_SIGMA = 0.02;

/**
 * A Kalman filter for one coordinate: position and velocity under random acceleration. It copes with irregular
 * frames, and with observations that arrive late (pictures in decoding order).
 */
export class AxisFilter {
  /** Position now. */
  position: number;
  /** Velocity per second. */
  velocity: number;
  #positionVariance: number;
  #covariance = 0;
  #velocityVariance: number;
  readonly #acceleration: number;

  /**
   * @param position first observation
   * @param velocity first guess, per second
   * @param positionSigma standard deviation of the first observation
   * @param velocitySigma standard deviation of the first guess
   * @param acceleration standard deviation of the change of velocity over a second
   */
  constructor(
    position: number,
    velocity: number,
    positionSigma: number,
    velocitySigma: number,
    acceleration: number,
  ) {
    this.position = position;
    this.velocity = velocity;
    this.#positionVariance = positionSigma ** 2;
    this.#velocityVariance = velocitySigma ** 2;
    this.#acceleration = acceleration ** 2;
  }

  /** Standard deviation of the position now. */
  get sigma(): number {
    return Math.sqrt(this.#positionVariance);
  }

  /** Moves time on by `seconds` (0 or more). */
  advance(seconds: number): void {
    const q = this.#acceleration;
    this.position += this.velocity * seconds;
    this.#positionVariance +=
      seconds * (2 * this.#covariance + seconds * this.#velocityVariance) + (q * seconds ** 3) / 3;
    this.#covariance += seconds * this.#velocityVariance + (q * seconds ** 2) / 2;
    this.#velocityVariance += q * seconds;
  }

  /** Where it was `lag` seconds ago (0 or more). */
  before(lag: number): number {
    return this.position - lag * this.velocity;
  }

  /** Takes an observed position of `lag` seconds ago with its standard deviation. */
  observe(value: number, sigma: number, lag = 0): void {
    // Observation row H = [1, -lag].
    const toPosition = this.#positionVariance - lag * this.#covariance;
    const toVelocity = this.#covariance - lag * this.#velocityVariance;
    this.#correct(
      value - this.before(lag),
      toPosition,
      toVelocity,
      toPosition - lag * toVelocity + sigma ** 2,
    );
  }

  /** Takes an observed velocity with its standard deviation. */
  observeVelocity(value: number, sigma: number): void {
    this.#correct(
      value - this.velocity,
      this.#covariance,
      this.#velocityVariance,
      this.#velocityVariance + sigma ** 2,
    );
  }

  /** Lets the velocity fall by a factor (0 to 1): what is not seen moving probably stops. */
  slow(factor: number): void {
    this.velocity *= factor;
  }

  /** Puts it to rest at a position. */
  rest(position: number): void {
    this.position = position;
    this.velocity = 0;
    this.#covariance = 0;
    this.#positionVariance = REST_SIGMA ** 2;
    this.#velocityVariance = REST_SIGMA ** 2;
  }

  #correct(residual: number, toPosition: number, toVelocity: number, variance: number): void {
    const gainPosition = toPosition / variance;
    const gainVelocity = toVelocity / variance;
    this.position += gainPosition * residual;
    this.velocity += gainVelocity * residual;
    this.#positionVariance = Math.max(1e-9, this.#positionVariance - gainPosition * toPosition);
    this.#covariance -= gainPosition * toVelocity;
    this.#velocityVariance = Math.max(1e-9, this.#velocityVariance - gainVelocity * toVelocity);
  }
}
