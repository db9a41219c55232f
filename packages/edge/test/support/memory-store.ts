import type { Alert, Delivery, Silence } from "@symbion/core";
import type { PushSubscriptionRecord, Store } from "../../src/store/types.ts";

/**
 * The part of the store that alerting uses, in memory, for tests that need a disk which fills up at a given moment.
 * What alerting does across killed processes is tested with the real store.
 */
export class MemoryStore {
  readonly alertRows = new Map<string, Alert>();
  readonly deliveryRows = new Map<string, Delivery>();
  readonly subscriptions = new Map<string, PushSubscriptionRecord>();
  readonly silenceRows = new Map<string, Silence>();
  readonly states = new Map<string, unknown>();
  /** Whether writes are refused. */
  full = false;
  writes = 0;

  /** This store as its users see it; what alerting does not use rejects. */
  get store(): Store {
    const write = async (change: () => void): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 10));
      if (this.full) throw new Error("the disk is full");
      this.writes++;
      change();
    };
    const used: Partial<Store> = {
      putAlert: (alert, deliveries) =>
        write(() => {
          this.alertRows.set(alert.id, alert);
          for (const delivery of deliveries) {
            if (!this.deliveryRows.has(delivery.id)) this.deliveryRows.set(delivery.id, delivery);
          }
        }),
      putDelivery: (delivery) => write(() => this.deliveryRows.set(delivery.id, delivery)),
      alert: async (id) => this.alertRows.get(id) ?? null,
      alerts: async ({ states = [], from = 0, before, limit = 100 }) => {
        const all = [...this.alertRows.values()]
          .filter(({ state }) => states.length === 0 || states.includes(state))
          .filter(({ resolvedAt }) => (resolvedAt ?? Number.POSITIVE_INFINITY) >= from)
          .filter(({ id }) => before === undefined || id < before)
          .sort((a, b) => (a.id < b.id ? 1 : -1));
        const items = all.slice(0, limit);
        return { items, next: all.length > limit ? (items.at(-1)?.id ?? null) : null };
      },
      deliveries: async ({ channels = [], limit = 100 }) => {
        const items = [...this.deliveryRows.values()]
          .filter(({ channel }) => channels.length === 0 || channels.includes(channel))
          .sort((a, b) => (a.id < b.id ? 1 : -1))
          .slice(0, limit);
        return { items, next: null };
      },
      dueDeliveries: async (now, limit) =>
        [...this.deliveryRows.values()]
          .filter(({ state, nextAt }) => state === "waiting" && (nextAt ?? 0) <= now)
          .sort((a, b) => (a.id < b.id ? -1 : 1))
          .slice(0, limit),
      silences: async () => [...this.silenceRows.values()],
      putSilence: (silence) => write(() => this.silenceRows.set(silence.id, silence)),
      deleteSilence: async (id) => this.silenceRows.delete(id),
      pushSubscriptions: async () => [...this.subscriptions.values()],
      deletePushSubscription: async (endpoint) => this.subscriptions.delete(endpoint),
      state: async (key) => this.states.get(key) ?? null,
      putState: (key, value) => write(() => this.states.set(key, value)),
    };
    return new Proxy(used as Store, {
      get: (target, name) =>
        Reflect.get(target, name) ??
        (() => Promise.reject(new Error(`${String(name)} is not part of this store`))),
    });
  }
}
