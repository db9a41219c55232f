/** An example of `symbion.yaml`. It imports nothing, since printing help has to be quick. */

/** A configuration file that `--help` and the README quote. */
export const EXAMPLE_CONFIG = `node: { name: Home }
server:
  host: 127.0.0.1
  port: 8480
cameras:
  - id: gate
    name: Front gate
    url: rtsp://\${CAM_USER}:\${secret:gate-password}@192.168.1.20/stream1
    areas:
      - { id: drive, name: Drive, kind: zone, points: [[0.1, 0.5], [0.6, 0.5], [0.6, 0.9]], dwell: 30 s }
      - { id: door, kind: line, points: [[0.2, 0.4], [0.4, 0.4]], direction: both }
  - id: workshop
    file: recordings/workshop.mp4
    motion: high
    record: { on: [motion, line-crossing], before: 5 s, after: 10 s }
machines:
  kinds:
    - id: pump
      life-unit: h
      row: 10 s
      cap: 2000
      horizon: 200
      sensors:
        - { name: vibration, unit: mm/s, least: 0, most: 50, stale: 1 min }
        - { name: speed, unit: 1/min, role: setting }
  fleet:
    - { id: pump-1, name: Feed pump, kind: pump }
  sources:
    - { id: hall, type: mqtt, url: mqtt://192.168.1.9, topic: "hall/{machine}/{sensor}", failed: broken }
    - id: plc
      type: modbus
      url: tcp://192.168.1.10:502
      machine: pump-1
      registers: [{ sensor: vibration, address: 30, type: float32 }]
store: { quota: 10 GB, keep: { insights: 90 d, clips: 14 d } }
alerts:
  - id: drive-motion
    when: motion
    areas: [drive]
    hold: 1 s
    quiet: [{ from: "22:00", to: "07:00" }]
    notify: [phone]
channels:
  - { id: phone, kind: webpush, contact: me@example.org }
share:
  listen: 127.0.0.1:8490
  policy:
    rho-max: 0.5
    rho-min: 0.005
    tiers: [{ name: family, inverse-trust: 0 }, { name: town, inverse-trust: 1 }]
  budgets: [{ purpose: occupancy, rho: 2 }]
  releases:
    - { id: busy, statistic: motion-episodes, of: [gate], slot: 15 min, most: 20, tiers: [town], purpose: occupancy }
companion:
  upstream: { url: "http://127.0.0.1:11434/v1", model: gemma4 }
  language: en
  warmth: kind
  setting: private
  keep: 180 d
`;
