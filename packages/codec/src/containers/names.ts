/** Names of codecs as users know them, from the identifiers that containers use. */

const BY_ID: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({
    hvc1: "HEVC",
    hev1: "HEVC",
    hvc2: "HEVC",
    dvh1: "HEVC, Dolby Vision",
    dvhe: "HEVC, Dolby Vision",
    vvc1: "VVC",
    vvi1: "VVC",
    vp08: "VP8",
    vp09: "VP9",
    av01: "AV1",
    mp4v: "MPEG-4 Part 2",
    s263: "H.263",
    mjpa: "Motion JPEG",
    mjpb: "Motion JPEG",
    jpeg: "Motion JPEG",
    mjp2: "Motion JPEG 2000",
    "png ": "PNG",
    encv: "encrypted video",
    avc2: "H.264 with extractors",
    avc4: "H.264 with extractors",
    svc1: "SVC",
    mvc1: "MVC",
    V_VP8: "VP8",
    V_VP9: "VP9",
    V_AV1: "AV1",
    V_THEORA: "Theora",
    V_MJPEG: "Motion JPEG",
    V_PRORES: "ProRes",
    V_MPEG1: "MPEG-1 video",
    V_MPEG2: "MPEG-2 video",
    "V_MPEG4/ISO/SP": "MPEG-4 Part 2",
    "V_MPEG4/ISO/ASP": "MPEG-4 Part 2",
    "V_MPEG4/ISO/AP": "MPEG-4 Part 2",
    "V_MPEG4/MS/V3": "MS-MPEG-4",
    "V_MPEGH/ISO/HEVC": "HEVC",
    "V_MPEGI/ISO/VVC": "VVC",
    hevc: "HEVC",
    vvc: "VVC",
    vp8: "VP8",
    vp9: "VP9",
    av1: "AV1",
    prores: "ProRes",
    mpeg4: "MPEG-4 Part 2",
    msmpeg4v3: "MS-MPEG-4",
    mpeg1video: "MPEG-1 video",
    mpeg2video: "MPEG-2 video",
    mjpeg: "Motion JPEG",
    flv1: "Sorenson H.263",
    h263: "H.263",
    theora: "Theora",
    vc1: "VC-1",
    wmv3: "WMV 9",
  }),
);

/** `HEVC (hvc1)` for `hvc1`; the identifier itself where it is not known. */
export function codecName(id: string): string {
  const name = BY_ID.get(id) ?? (id.startsWith("ap") && id.length === 4 ? "ProRes" : undefined);
  return name === undefined ? `codec "${id.trim()}"` : `${name} (${id.trim()})`;
}

/** Name of an `mp4v` sample entry, which holds one of several codecs (the registered object types). */
export function mp4vName(objectType: number | undefined): string {
  if (objectType === 0x6c) return "Motion JPEG (mp4v)";
  if (objectType === 0x6a) return "MPEG-1 video (mp4v)";
  if (objectType !== undefined && objectType >= 0x60 && objectType <= 0x65)
    return "MPEG-2 video (mp4v)";
  return "MPEG-4 Part 2 (mp4v)";
}
