/** Units that sensors commonly report in, and what one is in another. */

/** Value in the dimension's base unit = (value + offset) * factor. */
type Meaning = { readonly dimension: string; readonly factor: number; readonly offset: number };

/** Symbols by dimension with their factors, and offsets where zero is not zero. */
const DIMENSIONS: Readonly<Record<string, Readonly<Record<string, number | [number, number]>>>> = {
  temperature: {
    K: 1,
    "°C": [1, 273.15],
    degC: [1, 273.15],
    C: [1, 273.15],
    Cel: [1, 273.15],
    "°F": [5 / 9, 459.67],
    degF: [5 / 9, 459.67],
    F: [5 / 9, 459.67],
    "°R": 5 / 9,
    degR: 5 / 9,
    R: 5 / 9,
  },
  pressure: {
    Pa: 1,
    hPa: 100,
    kPa: 1000,
    MPa: 1e6,
    mbar: 100,
    bar: 1e5,
    psi: 6894.757293168,
    psia: 6894.757293168,
    atm: 101325,
    mmHg: 133.322387415,
    Torr: 101325 / 760,
    inHg: 3386.388640341,
  },
  // Hertz of a rotation are revolutions a second.
  rotation: {
    rpm: 1 / 60,
    "1/min": 1 / 60,
    "r/min": 1 / 60,
    rps: 1,
    Hz: 1,
    kHz: 1000,
    "rad/s": 0.5 / Math.PI,
  },
  velocity: {
    "m/s": 1,
    "mm/s": 1e-3,
    "um/s": 1e-6,
    "in/s": 0.0254,
    ips: 0.0254,
    "ft/s": 0.3048,
    "ft/min": 0.3048 / 60,
    "m/min": 1 / 60,
    "km/h": 1 / 3.6,
    mph: 0.44704,
    kn: 1852 / 3600,
  },
  acceleration: {
    "m/s2": 1,
    "mm/s2": 1e-3,
    g: 9.80665,
    gn: 9.80665,
    mg: 9.80665e-3,
    "ft/s2": 0.3048,
  },
  length: {
    m: 1,
    km: 1000,
    cm: 1e-2,
    mm: 1e-3,
    um: 1e-6,
    nm: 1e-9,
    in: 0.0254,
    mil: 2.54e-5,
    ft: 0.3048,
    kft: 304.8,
  },
  "volume flow": {
    "m3/s": 1,
    "m3/min": 1 / 60,
    "m3/h": 1 / 3600,
    "l/s": 1e-3,
    "l/min": 1e-3 / 60,
    lpm: 1e-3 / 60,
    "l/h": 1e-3 / 3600,
    gpm: 3.785411784e-3 / 60,
    cfm: 0.028316846592 / 60,
  },
  "mass flow": {
    "kg/s": 1,
    "kg/min": 1 / 60,
    "kg/h": 1 / 3600,
    "g/s": 1e-3,
    "t/h": 1 / 3.6,
    "lbm/s": 0.45359237,
    "lb/s": 0.45359237,
    "lb/h": 0.45359237 / 3600,
    pps: 0.45359237,
  },
  current: { A: 1, mA: 1e-3, uA: 1e-6, kA: 1000 },
  voltage: { V: 1, mV: 1e-3, uV: 1e-6, kV: 1000 },
  resistance: { Ohm: 1, kOhm: 1000, MOhm: 1e6, Ω: 1, kΩ: 1000, MΩ: 1e6 },
  power: { W: 1, mW: 1e-3, kW: 1000, MW: 1e6, hp: 745.6998715823, PS: 735.49875 },
  energy: { J: 1, kJ: 1000, MJ: 1e6, Wh: 3600, kWh: 3.6e6, MWh: 3.6e9 },
  force: { N: 1, kN: 1000, MN: 1e6, lbf: 4.4482216152605, kgf: 9.80665 },
  torque: { Nm: 1, "N m": 1, kNm: 1000, "lbf ft": 1.3558179483314, "ft lb": 1.3558179483314 },
  mass: { kg: 1, g: 1e-3, mg: 1e-6, t: 1000, lb: 0.45359237, lbm: 0.45359237 },
  volume: { m3: 1, l: 1e-3, ml: 1e-6, gal: 3.785411784e-3 },
  time: { s: 1, us: 1e-6, ms: 1e-3, min: 60, h: 3600, d: 86400 },
  angle: { rad: 1, "°": Math.PI / 180, deg: Math.PI / 180 },
  share: { "": 1, "1": 1, "%": 1e-2, ppm: 1e-6, ppb: 1e-9 },
};

const MEANINGS: ReadonlyMap<string, readonly Meaning[]> = (() => {
  const meanings = new Map<string, Meaning[]>();
  for (const [dimension, symbols] of Object.entries(DIMENSIONS)) {
    for (const [symbol, size] of Object.entries(symbols)) {
      const [factor, offset] = typeof size === "number" ? [size, 0] : size;
      const known = meanings.get(symbol) ?? [];
      known.push({ dimension, factor, offset });
      meanings.set(symbol, known);
    }
  }
  return meanings;
})();

/** How to get from one unit to another: `value * scale + shift`. */
export type Conversion = { readonly scale: number; readonly shift: number };

/** How to get from one unit to another; null where one is unknown or they measure different things. */
export function conversion(from: string, to: string): Conversion | null {
  const [source, target] = [plain(from), plain(to)];
  if (source === target) return { scale: 1, shift: 0 };
  for (const a of MEANINGS.get(source) ?? []) {
    for (const b of MEANINGS.get(target) ?? []) {
      if (a.dimension !== b.dimension) continue;
      const scale = a.factor / b.factor;
      return { scale, shift: a.offset * scale - b.offset };
    }
  }
  return null;
}

/** A value in another unit; null where the units are unknown or measure different things. */
export function convert(value: number, from: string, to: string): number | null {
  const how = conversion(from, to);
  return how === null ? null : value * how.scale + how.shift;
}

/** A symbol in the one way in which the table has it. */
function plain(symbol: string): string {
  const text = symbol
    .trim()
    .replace(/[µμ]/g, "u")
    .replace(/²|\^2/g, "2")
    .replace(/³|\^3/g, "3")
    .replace(/[·⋅*]/g, " ")
    .replace(/^(N|kN) m$/, "$1m")
    .replace(/^deg ([CFR])$/, "deg$1")
    .replace(/\bL(?=\/|$)/g, "l")
    .replace(/^RPM$/, "rpm");
  return text === "1/min" || MEANINGS.has(text) ? text : symbol.trim();
}
