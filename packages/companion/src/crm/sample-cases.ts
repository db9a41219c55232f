/** Cases of a shop that does not exist, written for the sample: nobody in them is real. */

/** One case of the sample; times are hours after the first one's start. */
export type SampleCase = {
  /** One line. */
  readonly subject: string;
  /** Who brought it up. */
  readonly contact: string;
  /** When, hours after the start. */
  readonly at: number;
  /** What was said, in order: hours after the case's start, by whom, whether internal, text. */
  readonly said: readonly (readonly [number, "customer" | "agent", boolean, string])[];
  /** States in order: hours after the case's start, status. */
  readonly states: readonly (readonly [number, "new" | "working" | "on hold" | "closed"])[];
  /** Hours after the case's start at which it was handed up; null where it was not. */
  readonly escalatedAt: number | null;
  /** Stated satisfaction; null where the customer did not answer. */
  readonly satisfaction: 1 | 2 | 3 | 4 | 5 | null;
};

/** The sample's cases. */
export const SAMPLE_CASES: readonly SampleCase[] = [
  {
    subject: "Parcel has not arrived",
    contact: "Marta Example",
    at: 0,
    said: [
      [
        0,
        "customer",
        false,
        "My parcel was due on Monday and is still not here. I am annoyed, I took a day off for it.",
      ],
      [
        1.5,
        "agent",
        false,
        "I am sorry that you waited at home for nothing. The carrier lost the label; a second parcel leaves today and arrives on 12 March before 12:00.",
      ],
      [26, "customer", false, "It came this morning, thank you for sorting it out so quickly!"],
    ],
    states: [
      [1.5, "working"],
      [26.5, "closed"],
    ],
    escalatedAt: null,
    satisfaction: 5,
  },
  {
    subject: "Charged twice for one order",
    contact: "Jon Example",
    at: 5,
    said: [
      [
        0,
        "customer",
        false,
        "You charged me 49.90 twice. This is unacceptable, I want my money back.",
      ],
      [20, "agent", false, "The second charge is refunded in 5 days."],
      [21, "customer", false, "Five days? I am very disappointed."],
      [22, "agent", true, "Asked accounting to send it by instant transfer."],
      [
        30,
        "agent",
        false,
        "I understand that this is your money and that it should not have been taken. It was sent to you today by instant transfer: 49.90.",
      ],
    ],
    states: [
      [20, "closed"],
      [21, "working"],
      [30.5, "closed"],
    ],
    escalatedAt: 22,
    satisfaction: 2,
  },
  {
    subject: "Il tostapane non si accende",
    contact: "Paola Esempio",
    at: 9,
    said: [
      [
        0,
        "customer",
        false,
        "Buongiorno, il tostapane comprato il 3 marzo non si accende più. Sono delusa.",
      ],
      [
        0.8,
        "agent",
        false,
        "Mi dispiace, capisco la delusione. Lo sostituiamo: il corriere passa il 9 marzo tra le 9:00 e le 12:00.",
      ],
      [90, "customer", false, "Perfetto, grazie mille, siete stati gentilissimi."],
    ],
    states: [
      [0.8, "on hold"],
      [91, "closed"],
    ],
    escalatedAt: null,
    satisfaction: 4,
  },
  {
    subject: "Which size fits a 32 cm pan?",
    contact: "Ines Example",
    at: 12,
    said: [
      [0, "customer", false, "Does the large lid fit a pan of 32 cm?"],
      [0.4, "agent", false, "Yes. The large lid fits pans from 30 to 32 cm."],
    ],
    states: [[0.4, "closed"]],
    escalatedAt: null,
    satisfaction: null,
  },
  {
    subject: "Kettle leaks at the base",
    contact: "Tom Example",
    at: 30,
    said: [
      [
        0,
        "customer",
        false,
        "The kettle leaks from the base onto the plug. I am worried that it is dangerous.",
      ],
      [3, "agent", false, "Thank you for telling us. Please unplug it and do not use it any more."],
    ],
    states: [[3, "working"]],
    escalatedAt: 3,
    satisfaction: null,
  },
  {
    subject: "Change of delivery address",
    contact: "Lea Example",
    at: 40,
    said: [[0, "customer", false, "Please send order 1177 to my office instead."]],
    states: [],
    escalatedAt: null,
    satisfaction: null,
  },
];
