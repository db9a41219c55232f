/** Numbers between bounds as languages of decimal digits. */

import type { Expression, Expressions } from "./expressions.ts";

/** Bounds of a number; each may be missing. */
export type Bounds = {
  readonly least?: number | undefined;
  readonly most?: number | undefined;
  /** Whether `least` itself is out. */
  readonly above?: boolean | undefined;
  /** Whether `most` itself is out. */
  readonly below?: boolean | undefined;
};

/** Decimal digits that a double always keeps apart. */
const PRECISION = 15;
const LARGEST = 10n ** BigInt(PRECISION) - 1n;

/** Any integer of up to 15 digits. */
export function anyInteger(make: Expressions): Expression {
  return make.group(make.sequence(make.repeat(make.text("-"), 0, 1), plainInteger(make)));
}

/** Any number of up to 15 digits before and 15 behind the point, with an exponent of up to two digits. */
export function anyNumber(make: Expressions): Expression {
  const digit = digits(make, 0, 9);
  return make.group(
    make.sequence(
      make.repeat(make.text("-"), 0, 1),
      plainInteger(make),
      make.repeat(make.sequence(make.text("."), make.repeat(digit, 1, PRECISION)), 0, 1),
      make.repeat(
        make.sequence(
          make.choice(make.text("e"), make.text("E")),
          make.repeat(make.choice(make.text("+"), make.text("-")), 0, 1),
          make.repeat(digit, 1, 2),
        ),
        0,
        1,
      ),
    ),
  );
}

/** Integers within bounds, of at most 15 digits; none where there is none. */
export function boundedInteger(make: Expressions, bounds: Bounds): Expression {
  const { least = -Infinity, most = Infinity } = bounds;
  let from = least === -Infinity ? -LARGEST : BigInt(Math.ceil(least));
  let to = most === Infinity ? LARGEST : BigInt(Math.floor(most));
  if (bounds.above === true && Number.isInteger(least)) from++;
  if (bounds.below === true && Number.isInteger(most)) to--;
  if (from < -LARGEST) from = -LARGEST;
  if (to > LARGEST) to = LARGEST;
  if (from > to) return make.none;
  const options: Expression[] = [];
  if (from < 0n) {
    const nearest = to < 0n ? -to : 1n;
    options.push(make.sequence(make.text("-"), naturals(make, nearest, -from)));
  }
  if (to >= 0n) options.push(naturals(make, from > 0n ? from : 0n, to));
  return make.group(make.choice(...options));
}

/** Numbers within bounds, without exponent, of at most 15 digits; none where there is none. */
export function boundedNumber(make: Expressions, bounds: Bounds): Expression {
  const { least = -Infinity, most = Infinity, above = false, below = false } = bounds;
  const options: Expression[] = [];
  if (most > 0 || (most === 0 && !below)) {
    const from = least > 0 || (least === 0 && above) ? { value: least, open: above } : ZERO;
    options.push(positive(make, from, most === Infinity ? null : { value: most, open: below }));
  }
  if (least < 0) {
    const from = most < 0 ? { value: -most, open: below } : { value: 0, open: true };
    const to = least === -Infinity ? null : { value: -least, open: above };
    options.push(make.sequence(make.text("-"), positive(make, from, to)));
  }
  return make.group(make.choice(...options));
}

/** An end of an interval of numbers from 0 up. */
type End = { readonly value: number; readonly open: boolean };

const ZERO: End = { value: 0, open: false };

function positive(make: Expressions, from: End, to: End | null): Expression {
  const low = decimal(from.value);
  const high = to === null ? null : decimal(to.value);
  const first = BigInt(low.whole);
  const last = high === null ? LARGEST : BigInt(high.whole);
  if (first > last || first > LARGEST) return make.none;
  const options: Expression[] = [];
  const top = high !== null && last <= LARGEST;
  const tail = (whole: string, language: (places: number) => Expression): Expression =>
    make.sequence(make.text(whole), language(Math.max(0, PRECISION - whole.length)));
  const above = (places: number): Expression =>
    fractionAbove(make, low.fraction, places, from.open);
  const below = (places: number): Expression =>
    fractionBelow(make, high?.fraction ?? "", places, to?.open ?? false);
  if (top && first === last) {
    options.push(tail(low.whole, (places) => make.both(above(places), below(places))));
  } else {
    options.push(tail(low.whole, above));
    if (top) options.push(tail(high.whole, below));
  }
  let between = first + 1n;
  const end = top ? last - 1n : LARGEST;
  while (between <= end) {
    const length = between.toString().length;
    const most = 10n ** BigInt(length) - 1n;
    const until = most < end ? most : end;
    options.push(make.sequence(naturals(make, between, until), fraction(make, PRECISION - length)));
    between = until + 1n;
  }
  return make.choice(...options);
}

/** A number from 0 up as digits before and behind the point, without zeros at the end. */
function decimal(value: number): { readonly whole: string; readonly fraction: string } {
  const [mantissa = "", exponent = "0"] = value.toExponential().split("e");
  const all = mantissa.replace(".", "");
  const point = Number(exponent) + 1;
  const padded = point <= 0 ? "0".repeat(1 - point) + all : all.padEnd(point, "0");
  const at = Math.max(1, point);
  return { whole: padded.slice(0, at), fraction: padded.slice(at).replace(/0+$/, "") };
}

function fraction(make: Expressions, places: number): Expression {
  if (places <= 0) return make.empty;
  return make.repeat(
    make.sequence(make.text("."), make.repeat(digits(make, 0, 9), 1, places)),
    0,
    1,
  );
}

/** Nothing, or a point and up to `places` digits, that stand for at least (`open`: more than) 0.`bound`. */
function fractionAbove(
  make: Expressions,
  bound: string,
  places: number,
  open: boolean,
): Expression {
  // What is on the grid of `places` digits and above a bound between two of its points is above the lower one.
  const cut = bound.length > places;
  const strict = cut || open;
  const kept = bound.slice(0, places);
  const any = (left: number): Expression => make.repeat(digits(make, 0, 9), 0, left);
  const from = (at: number): Expression => {
    const left = places - at;
    const rest = kept.slice(at);
    if (rest === "" && !strict) return any(left);
    if (left === 0) return rest === "" && strict ? make.none : make.empty;
    const digit = rest === "" ? 0 : Number(rest[0]);
    const options = [make.sequence(digits(make, digit, digit), from(at + 1))];
    if (digit < 9) options.push(make.sequence(digits(make, digit + 1, 9), any(left - 1)));
    return make.choice(...options);
  };
  const written =
    places === 0 ? make.none : make.sequence(make.text("."), atLeastOne(make, from(0)));
  return kept === "" && !strict ? make.choice(make.empty, written) : written;
}

/** Nothing, or a point and up to `places` digits, that stand for at most (`open`: less than) 0.`bound`. */
function fractionBelow(
  make: Expressions,
  bound: string,
  places: number,
  open: boolean,
): Expression {
  const strict = open && bound.length <= places;
  const kept = bound.slice(0, places);
  const from = (at: number): Expression => {
    const left = places - at;
    const rest = kept.slice(at);
    if (rest === "") return strict ? make.none : make.repeat(digits(make, 0, 0), 0, left);
    const digit = Number(rest[0]);
    const options = [make.empty, make.sequence(digits(make, digit, digit), from(at + 1))];
    if (digit > 0) {
      options.push(
        make.sequence(digits(make, 0, digit - 1), make.repeat(digits(make, 0, 9), 0, left - 1)),
      );
    }
    return make.choice(...options);
  };
  const written =
    places === 0 ? make.none : make.sequence(make.text("."), atLeastOne(make, from(0)));
  return kept === "" && strict ? written : make.choice(make.empty, written);
}

/** A point wants a digit behind it. */
function atLeastOne(make: Expressions, language: Expression): Expression {
  return make.both(language, make.repeat(digits(make, 0, 9), 1));
}

function plainInteger(make: Expressions): Expression {
  return make.choice(
    digits(make, 0, 0),
    make.sequence(digits(make, 1, 9), make.repeat(digits(make, 0, 9), 0, PRECISION - 1)),
  );
}

/** Whole numbers from `from` (0 or more) to `to`. */
function naturals(make: Expressions, from: bigint, to: bigint): Expression {
  const options: Expression[] = [];
  let low = from;
  while (low <= to) {
    const length = low.toString().length;
    const most = 10n ** BigInt(length) - 1n;
    const high = most < to ? most : to;
    options.push(sameLength(make, low.toString(), high.toString()));
    low = high + 1n;
  }
  return make.choice(...options);
}

function sameLength(make: Expressions, low: string, high: string): Expression {
  const length = low.length;
  if (length === 0) return make.empty;
  if (/^0*$/.test(low) && /^9*$/.test(high)) {
    return make.repeat(digits(make, 0, 9), length, length);
  }
  const [a, b] = [Number(low[0]), Number(high[0])];
  const rest = length - 1;
  if (a === b) {
    return make.sequence(digits(make, a, a), sameLength(make, low.slice(1), high.slice(1)));
  }
  const options = [
    make.sequence(digits(make, a, a), sameLength(make, low.slice(1), "9".repeat(rest))),
    make.sequence(digits(make, b, b), sameLength(make, "0".repeat(rest), high.slice(1))),
  ];
  if (b - a > 1) {
    options.push(
      make.sequence(digits(make, a + 1, b - 1), make.repeat(digits(make, 0, 9), rest, rest)),
    );
  }
  return make.choice(...options);
}

function digits(make: Expressions, from: number, to: number): Expression {
  return make.bytes([0x30 + from, 0x30 + to]);
}
