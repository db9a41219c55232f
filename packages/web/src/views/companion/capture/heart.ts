/** Heart-rate straps over Web Bluetooth: the Heart Rate Measurement characteristic, byte for byte. */

import { EventQueue } from "./queue.ts";

/** A notification of the strap: characteristic 0x2A37 as it came. */
export type HeartNotification = {
  /** When it came, milliseconds since 1970. */
  readonly at: number;
  readonly bytes: Uint8Array;
};

// What this file needs of Web Bluetooth, which TypeScript's own library does not describe.
type Characteristic = EventTarget & {
  readonly value: DataView | null;
  startNotifications(): Promise<unknown>;
};
type Gatt = {
  connect(): Promise<{
    getPrimaryService(name: string): Promise<{
      getCharacteristic(name: string): Promise<Characteristic>;
    }>;
  }>;
  disconnect(): void;
};
type Device = EventTarget & { readonly gatt?: Gatt };
type Bluetooth = {
  requestDevice(options: {
    readonly filters: readonly { readonly services: readonly string[] }[];
  }): Promise<Device>;
};

function bluetooth(): Bluetooth | null {
  return (navigator as { readonly bluetooth?: Bluetooth }).bluetooth ?? null;
}

/** Why no strap can be connected to here, or null where one can. */
export function heartProblem(): string | null {
  if (bluetooth() !== null) return null;
  return isSecureContext
    ? "This browser has no Web Bluetooth. Chromium on a computer or an Android phone has."
    : "Web Bluetooth needs a secure page: open this one on the machine itself, or over HTTPS.";
}

/** Lets the person choose a strap, and passes on what it sends until `signal` aborts or it goes away. */
export async function heartNotifications(
  signal: AbortSignal,
): Promise<AsyncIterable<HeartNotification>> {
  const api = bluetooth();
  if (api === null) throw new Error(heartProblem() ?? "");
  const device = await api.requestDevice({ filters: [{ services: ["heart_rate"] }] });
  const gatt = device.gatt;
  if (gatt === undefined) throw new Error("The strap offers no connection.");
  const server = await gatt.connect();
  const service = await server.getPrimaryService("heart_rate");
  const characteristic = await service.getCharacteristic("heart_rate_measurement");
  const queue = new EventQueue<HeartNotification>(64);
  const take = (): void => {
    const view = characteristic.value;
    if (view === null) return;
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice();
    queue.push({ at: Date.now(), bytes });
  };
  characteristic.addEventListener("characteristicvaluechanged", take);
  device.addEventListener("gattserverdisconnected", () => queue.end());
  signal.addEventListener("abort", () => {
    characteristic.removeEventListener("characteristicvaluechanged", take);
    gatt.disconnect();
    queue.end();
  });
  await characteristic.startNotifications();
  return queue;
}
