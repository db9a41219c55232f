#!/usr/bin/python3
"""A random but valid H.264 stream (CAVLC), on standard output: syntax that no encoder cares to produce.

    random_syntax.py SEED [--structure frame|field|paff|mbaff|all] [--pictures N] [--size W H] [--inference 0|1]
                     [--direct spatial|temporal] [--weights 0|1|2] [--no-mixed] [--no-long]

What the seed decides: structure and slices of every picture, slice types (mixed within a picture unless --no-mixed),
reference list sizes, reordering commands, memory management commands with long-term references, weight tables,
field/frame macroblock pairs, every macroblock and sub-macroblock type, reference indices, motion vector differences,
I_PCM, chroma DC levels, quantiser changes. Pictures mean nothing; levels of luma are left to real encoders.
Temporal direct prediction is used only where clause 8.4.1.2.3 finds the co-located block's reference in list 0.
Left out because FFmpeg 5.1, the reference, gets it wrong: a B field whose RefPicList1[0] is the other field of its
own frame (direct macroblocks look at stale data); long-term marking of a field by operation 6 or by IDR (the second
field unmarks the first); temporal direct prediction from a picture whose slices have different reference lists (only
the last slice's are kept).
"""
import argparse
import random
import sys

PARITIES = (0, 1)
B_PARTS = {  # mb_type: (split, lists of each partition as bit masks)
    1: (1, (1,)), 2: (1, (2,)), 3: (1, (3,)), 4: (2, (1, 1)), 5: (2, (1, 1)), 6: (2, (2, 2)), 7: (2, (2, 2)),
    8: (2, (1, 2)), 9: (2, (1, 2)), 10: (2, (2, 1)), 11: (2, (2, 1)), 12: (2, (1, 3)), 13: (2, (1, 3)),
    14: (2, (2, 3)), 15: (2, (2, 3)), 16: (2, (3, 1)), 17: (2, (3, 1)), 18: (2, (3, 2)), 19: (2, (3, 2)),
    20: (2, (3, 3)), 21: (2, (3, 3)),
}
B_SUB = {  # sub_mb_type: (lists, vectors per list); 0 is direct
    1: (1, 1), 2: (2, 1), 3: (3, 1), 4: (1, 2), 5: (1, 2), 6: (2, 2), 7: (2, 2), 8: (3, 2), 9: (3, 2), 10: (1, 4),
    11: (2, 4), 12: (3, 4),
}
P_SUB = (1, 2, 2, 4)


class Bits:
    def __init__(self):
        self.bits = []

    def u(self, n, value):
        self.bits.extend((value >> (n - 1 - i)) & 1 for i in range(n))

    def ue(self, value):
        n = (value + 1).bit_length()
        self.u(2 * n - 1, value + 1)

    def se(self, value):
        self.ue(2 * value - 1 if value > 0 else -2 * value)

    def te(self, limit, value):
        if limit == 1:
            self.u(1, 1 - value)
        elif limit > 1:
            self.ue(value)

    def align(self):
        while len(self.bits) % 8:
            self.bits.append(0)

    def payload(self):
        self.bits.append(1)
        self.align()
        text = "".join(map(str, self.bits))
        return bytes(int(text[i : i + 8], 2) for i in range(0, len(text), 8))


def unit(kind, ref_idc, bits):
    out, zeros = bytearray([ref_idc << 5 | kind]), 0
    for byte in bits.payload():
        if zeros >= 2 and byte <= 3:
            out.append(3)
            zeros = 0
        out.append(byte)
        zeros = zeros + 1 if byte == 0 else 0
    return b"\0\0\0\1" + bytes(out)


class Frame:
    """A frame or a pair of fields in the decoded picture buffer."""

    def __init__(self, frame_num):
        self.frame_num = frame_num
        self.poc = [None, None]
        self.mark = [None, None]  # None, "short" or "long" for each field
        self.long_idx = None
        self.used = set()  # frames that its slices may refer to
        self.lists = {}  # reference list of each field or the frame, by (parity, list)
        self.uniform = True  # whether all slices agree on these lists

    def wrap(self, current, limit):
        return self.frame_num - limit if self.frame_num > current else self.frame_num

    def order(self):
        return min(p for p in self.poc if p is not None)

    def both(self, kind):
        return self.mark == [kind, kind]

    def any(self, kind):
        return kind in self.mark


class Stream:
    def __init__(self, options):
        self.o = options
        self.r = random.Random(options.seed)
        r = self.r
        self.structure = options.structure or r.choice(["frame", "frame", "field", "paff", "mbaff", "mbaff", "all"])
        self.frame_only = self.structure == "frame"
        self.mbaff_on = self.structure in ("mbaff", "all")
        self.width, self.height = options.size or (r.randint(3, 6), 2 * r.randint(2, 3))
        self.inference = 1 if not self.frame_only else r.randint(0, 1) if options.inference is None else options.inference
        self.high = r.random() < 0.4
        self.transform8 = int(self.high and r.random() < 0.7)
        self.poc_type = 0
        self.long_on = not options.no_long and r.random() < 0.6
        self.log2_frame_num = 8 if self.long_on else 4
        self.limit = 1 << self.log2_frame_num
        self.ref_frames = r.randint(2, 6)
        self.bipred = r.randint(0, 2) if options.weights is None else options.weights
        self.weighted = int(self.bipred == 1 or r.random() < 0.2)
        self.dpb = []
        self.out = []
        self.max_long = -1
        self.idr_id = 0
        self.ref_frame_num = 0
        self.bottom_first = r.random() < 0.3
        self.default_active = [r.randint(1, 3), r.randint(1, 3)]

    # --- parameter sets

    def sets(self):
        b = Bits()
        b.u(8, 100 if self.high else 77), b.u(8, 0), b.u(8, 40), b.ue(0)
        if self.high:
            b.ue(1), b.ue(0), b.ue(0), b.u(1, 0), b.u(1, 0)
        b.ue(self.log2_frame_num - 4), b.ue(0), b.ue(4)
        b.ue(self.ref_frames), b.u(1, 0), b.ue(self.width - 1)
        b.ue((self.height if self.frame_only else self.height // 2) - 1)
        b.u(1, int(self.frame_only))
        if not self.frame_only:
            b.u(1, int(self.mbaff_on))
        b.u(1, self.inference), b.u(1, 0), b.u(1, 1)
        # VUI: only the depth of reordering.
        b.u(1, 0), b.u(1, 0), b.u(1, 0), b.u(1, 0), b.u(1, 0), b.u(1, 0), b.u(1, 0), b.u(1, 0), b.u(1, 1)
        b.u(1, 1), b.ue(0), b.ue(0), b.ue(10), b.ue(10), b.ue(4), b.ue(16)
        self.out.append(unit(7, 3, b))
        b = Bits()
        b.ue(0), b.ue(0), b.u(1, 0), b.u(1, 1), b.ue(0)
        b.ue(self.default_active[0] - 1), b.ue(self.default_active[1] - 1)
        b.u(1, self.weighted), b.u(2, self.bipred), b.se(0), b.se(0), b.se(0), b.u(1, 1), b.u(1, 0), b.u(1, 0)
        if self.high:
            b.u(1, self.transform8), b.u(1, 0), b.se(0)
        self.out.append(unit(8, 3, b))

    # --- reference lists (clause 8.2.4)

    def fields_in_turn(self, frames, kind, parity):
        """Clause 8.2.4.2.5: fields of frames, parities in turn."""
        out, positions, want = [], [0, 0], parity
        while True:
            at = positions[want]
            while at < len(frames) and frames[at].mark[want] != kind:
                at += 1
            if at == len(frames):
                break
            out.append((frames[at], want))
            positions[want] = at + 1
            want = 1 - want
        other = 1 - want
        return out + [(f, other) for f in frames[positions[other] :] if f.mark[other] == kind]

    def initial(self, slice_type, parity, current, poc):
        now = current.frame_num
        if parity is None:
            short = [f for f in self.dpb if f.both("short") and f is not current]
            long = sorted((f for f in self.dpb if f.both("long") and f is not current), key=lambda f: f.long_idx)
        else:
            short = [f for f in self.dpb if f.any("short")]
            long = sorted((f for f in self.dpb if f.any("long")), key=lambda f: f.long_idx)
        if slice_type == 0:
            orders = [sorted(short, key=lambda f: -f.wrap(now, self.limit))]
        else:
            value = lambda f: f.order()
            past = sorted((f for f in short if value(f) <= poc), key=lambda f: -value(f))
            future = sorted((f for f in short if value(f) > poc), key=value)
            orders = [past + future, future + past]
        lists = []
        for order in orders:
            if parity is None:
                lists.append([(f, None) for f in order + long])
            else:
                lists.append(self.fields_in_turn(order, "short", parity) + self.fields_in_turn(long, "long", parity))
        if slice_type == 1 and len(lists[1]) > 1 and lists[0] == lists[1]:
            lists[1][0], lists[1][1] = lists[1][1], lists[1][0]
        return lists

    def numbers(self, entry, parity, current):
        """(is long, picNum or LongTermPicNum) of a list entry."""
        frame, p = entry
        long = frame.mark[p if p is not None else 0] == "long"
        value = frame.long_idx if long else frame.wrap(current.frame_num, self.limit)
        if parity is not None:
            value = 2 * value + int(p == parity)
        return long, value

    def reorder(self, b, entries, active, parity, current, r):
        """Writes the modification of one list; returns the list that results."""
        entries = entries[:active]
        if r.random() < 0.5:
            b.u(1, 0)
            return entries
        b.u(1, 1)
        pool = self.available(parity, current)
        maximum = self.limit * (1 if parity is None else 2)
        predicted = current.frame_num if parity is None else 2 * current.frame_num + 1
        for at in range(r.randint(1, active)):
            choice = r.choice(pool)
            long, value = self.numbers(choice, parity, current)
            if long:
                b.ue(2), b.ue(value)
            else:
                difference = value - predicted
                if difference == 0:
                    # A difference of zero is coded as a whole turn.
                    difference = maximum
                if difference < 0:
                    b.ue(0), b.ue(-difference - 1)
                else:
                    b.ue(1), b.ue(difference - 1)
                predicted = value
            entries = entries[:at] + [choice] + [e for e in entries[at:] if e != choice]
        b.ue(3)
        return entries[:active]

    def available(self, parity, current):
        if parity is None:
            return [(f, None) for f in self.dpb if f is not current and (f.both("short") or f.both("long"))]
        return [(f, p) for f in self.dpb for p in PARITIES if f.mark[p]]

    # --- marking (clause 8.2.5)

    def slide(self, current):
        holders = [f for f in self.dpb if f is not current and (f.any("short") or f.any("long"))]
        if len(holders) >= self.ref_frames:
            shorts = [f for f in holders if f.any("short")]
            oldest = min(shorts, key=lambda f: f.wrap(current.frame_num, self.limit))
            oldest.mark = [None, None]

    def plan_marking(self, b, current, parity, second):
        """Writes dec_ref_pic_marking() of a picture that is not IDR, and applies it."""
        r = self.r
        holders = [f for f in self.dpb if f is not current and (f.any("short") or f.any("long"))]
        longs = [f for f in holders if f.any("long")]
        if second or not self.long_on or r.random() < 0.6:
            b.u(1, 0)
            if not second:
                self.slide(current)
            self.mark_current(current, parity, "short")
            return
        b.u(1, 1)
        self.random_operations(b, current, parity, holders, longs)
        b.ue(0)

    def number_of(self, frame, p, parity, current):
        return self.numbers((frame, p), parity, current)[1]

    def each_field(self, parity):
        return (None,) if parity is None else PARITIES

    def operation_drop(self, b, frame, parity, current):
        for p in self.each_field(parity):
            if frame.mark[p or 0] == "short":
                now = current.frame_num if parity is None else 2 * current.frame_num + 1
                b.ue(1), b.ue(now - self.number_of(frame, p, parity, current) - 1)
            elif frame.mark[p or 0] == "long":
                b.ue(2), b.ue(self.number_of(frame, p, parity, current))
        frame.mark = [None, None]
        frame.long_idx = None

    def random_operations(self, b, current, parity, holders, longs):
        r = self.r
        whole = [f for f in holders if parity is not None or f.both("short") or f.both("long")]
        if self.max_long < 2:
            self.max_long = 2
            b.ue(4), b.ue(3)
        full = len(holders) >= self.ref_frames
        if full:
            shorts = [f for f in whole if f.any("short")]
            victim = r.choice(longs) if len(longs) >= self.ref_frames - 1 or not shorts else r.choice(shorts)
            self.operation_drop(b, victim, parity, current)
            whole.remove(victim)
            longs = [f for f in longs if f is not victim]
        shorts = [f for f in whole if f.both("short")]
        if shorts and len(longs) < min(2, self.ref_frames - 1) and r.random() < 0.6:
            frame = r.choice(shorts)
            taken = [f.long_idx for f in longs]
            index = r.choice([i for i in range(3) if i not in taken])
            now = current.frame_num if parity is None else 2 * current.frame_num + 1
            for p in self.each_field(parity):
                b.ue(3), b.ue(now - self.number_of(frame, p, parity, current) - 1), b.ue(index)
            frame.mark, frame.long_idx = ["long", "long"], index
            longs = longs + [frame]
        if parity is None and len(longs) < min(2, self.ref_frames - 1) and r.random() < 0.3:
            taken = [f.long_idx for f in longs]
            index = r.choice([i for i in range(3) if i not in taken])
            b.ue(6), b.ue(index)
            current.long_idx = index
            self.mark_current(current, parity, "long")
        else:
            self.mark_current(current, parity, "short")

    def mark_current(self, current, parity, kind):
        if parity is None:
            current.mark = [kind, kind]
        else:
            current.mark[parity] = kind

    # --- pictures

    def run(self):
        self.sets()
        display, count = 0, 0
        self.picture("I", 0, True, True)
        while count < self.o.pictures:
            r = self.r
            if r.random() < 0.04:
                display = 0
                self.picture("I", 0, True, True)
                count += 1
                continue
            between = r.choice([0, 0, 1, 2, 3])
            anchor = display + between + 1
            self.picture(r.choice("PPPPB" + "I"), anchor, True, False)
            order = list(range(display + 1, anchor))
            r.shuffle(order)
            for place in order:
                self.picture("B", place, r.random() < 0.5, False)
            display = anchor
            count += between + 1
        sys.stdout.buffer.write(b"".join(self.out))

    def picture(self, kind, display, reference, idr):
        r = self.r
        if idr:
            self.dpb, self.max_long, self.ref_frame_num = [], -1, 0
            self.idr_id ^= 1
            frame = Frame(0)
        else:
            frame = Frame((self.ref_frame_num + 1) % self.limit)
        as_fields = self.structure == "field" or (self.structure in ("paff", "all") and r.random() < 0.5)
        base = 4 * display
        frame_pocs = [base, base + 1] if not self.bottom_first else [base + 1, base]
        if as_fields:
            first = 1 if self.bottom_first else 0
            for n, parity in enumerate((first, 1 - first)):
                field_kind = kind
                if idr and n == 1:
                    field_kind = r.choice("IP")
                frame.poc[parity] = frame_pocs[parity]
                self.coded(field_kind, frame, parity, reference, idr and n == 0, n == 1)
                if n == 0 and frame not in self.dpb:
                    self.dpb.append(frame)
        else:
            frame.poc = frame_pocs
            self.coded(kind, frame, None, reference, idr, False)
            self.dpb.append(frame)
        self.dpb = [f for f in self.dpb if f.any("short") or f.any("long")]
        if reference:
            self.ref_frame_num = frame.frame_num

    def coded(self, kind, frame, parity, reference, idr, second):
        """All slices of a frame or a field."""
        r = self.r
        mbaff = parity is None and self.mbaff_on
        rows = self.height if parity is None else self.height // 2
        units = self.width * rows // (2 if mbaff else 1)
        cuts = sorted(r.sample(range(1, units), min(units - 1, r.choice([0, 0, 1, 2]))))
        bounds = [0] + cuts + [units]
        poc = min(frame.poc) if parity is None else frame.poc[parity]
        # Mostly, all slices of one type get the same lists.
        self.lists_seed = r.random() if r.random() < 0.8 else None
        marking = Bits()
        lists_before = [(f, list(f.mark), f.long_idx) for f in self.dpb]
        state = (list(frame.mark), frame.long_idx, self.max_long)
        if reference:
            if idr:
                long = int(self.long_on and parity is None and r.random() < 0.3)
                marking.u(1, 0), marking.u(1, long)
                self.mark_current(frame, parity, "long" if long else "short")
                if long:
                    frame.long_idx, self.max_long = 0, 0
            else:
                self.plan_marking(marking, frame, parity, second)
        after = [(f, list(f.mark), f.long_idx) for f in self.dpb]
        after_state = (list(frame.mark), frame.long_idx, self.max_long)
        # Slices see the buffer as it was before the marking.
        for f, mark, index in lists_before:
            f.mark, f.long_idx = list(mark), index
        frame.mark, frame.long_idx = list(state[0]), state[1]
        for start, end in zip(bounds, bounds[1:]):
            slice_kind = kind
            if not self.o.no_mixed and r.random() < 0.25:
                slice_kind = r.choice("IPB" if kind == "B" else "IP" if kind == "P" else "I")
            if slice_kind != "I" and not self.available(parity, frame):
                slice_kind = "I"
            self.slice(slice_kind, frame, parity, reference, idr, mbaff, poc, start, end, marking)
        for f, mark, index in after:
            f.mark, f.long_idx = mark, index
        frame.mark, frame.long_idx, self.max_long = after_state[0], after_state[1], after_state[2]

    def slice(self, kind, frame, parity, reference, idr, mbaff, poc, start, end, marking):
        r = self.r
        b = Bits()
        slice_type = "PBI".index(kind)
        b.ue(start), b.ue(slice_type), b.ue(0), b.u(self.log2_frame_num, frame.frame_num)
        if not self.frame_only:
            b.u(1, int(parity is not None))
            if parity is not None:
                b.u(1, parity)
        if idr:
            b.ue(self.idr_id)
        b.u(8, (frame.poc[0] if parity is None else frame.poc[parity]) % 256)
        if parity is None:
            b.se(frame.poc[1] - frame.poc[0])
        active, lists, temporal_at = [0, 0], [[], []], None
        if kind == "B":
            temporal_at = len(b.bits)
            b.u(1, 1)
        if kind != "I":
            lists = self.initial(slice_type, parity, frame, poc)
            shared = r if self.lists_seed is None else random.Random(self.lists_seed)
            wide = shared.random() < 0.6
            active = [min(32 if parity is not None else 16, len(l)) for l in lists]
            if not wide:
                active = [shared.randint(1, a) for a in active]
            override = active != self.default_active[: len(active)] or r.random() < 0.2
            b.u(1, int(override))
            if override:
                for a in active:
                    b.ue(a - 1)
            initial0 = lists[0]
            lists = [self.reorder(b, l, a, parity, frame, shared) for l, a in zip(lists, active)]
            if kind == "B" and lists[1][0][0] is frame:
                return self.slice("P", frame, parity, reference, idr, mbaff, poc, start, end, marking)
            for n, l in enumerate(lists):
                frame.used.update(f for f, _ in l)
                frame.uniform &= frame.lists.setdefault((parity, n), l) == l
            if kind == "B":
                temporal = self.may_be_temporal(lists, initial0, frame) and self.o.direct != "spatial"
                if temporal and (self.o.direct == "temporal" or r.random() < 0.7):
                    b.bits[temporal_at] = 0
            if (kind == "P" and self.weighted) or (kind == "B" and self.bipred == 1):
                self.weights(b, active)
        if reference:
            b.bits += marking.bits
        self.qp = r.randint(20, 36)
        b.se(self.qp - 26), b.ue(1)
        self.slice_data(b, kind, mbaff, active, (end - start) * (2 if mbaff else 1))
        self.out.append(unit(5 if idr else 1, r.randint(1, 3) if reference else 0, b))

    def may_be_temporal(self, lists, initial0, frame):
        column = lists[1][0][0]
        if set(initial0) - set(lists[0]):
            return False
        complete = {f for f, _ in lists[0] if f.mark[0] and f.mark[1]}
        return column in complete and column.uniform and column.used <= complete

    def weights(self, b, active):
        r = self.r
        b.ue(5), b.ue(4)
        for count in active:
            for _ in range(count):
                flag = r.randint(0, 1)
                b.u(1, flag)
                if flag:
                    b.se(r.randint(20, 44)), b.se(r.randint(-9, 9))
                flag = r.randint(0, 1)
                b.u(1, flag)
                for _ in range(2 * flag):
                    b.se(r.randint(10, 22)), b.se(r.randint(-9, 9))

    # --- macroblocks

    def slice_data(self, b, kind, mbaff, active, count):
        r = self.r
        self.pcm = r.random() < 0.15
        skip_share = r.choice([0.1, 0.4, 0.8])
        intra_share = r.choice([0.02, 0.2])
        run, field, flag_written = 0, 0, False
        for at in range(count):
            if mbaff and at % 2 == 0:
                field, flag_written = r.randint(0, 1), False
            if kind != "I":
                if r.random() < skip_share:
                    run += 1
                    continue
                b.ue(run)
                run = 0
            if mbaff and not flag_written:
                b.u(1, field)
                flag_written = True
            limits = [a * (1 + (mbaff and field)) - 1 for a in active]
            if kind == "I" or r.random() < intra_share:
                self.intra(b, {"I": 0, "P": 5, "B": 23}[kind])
            elif kind == "P":
                self.inter_p(b, limits)
            else:
                self.inter_b(b, limits)
        if run:
            b.ue(run)

    def chroma_dc(self, b):
        r = self.r
        for _ in range(2):
            choice = r.randint(0, 2)
            if choice == 0:
                b.u(2, 0b01)
                continue
            if choice == 1:
                b.u(1, 1), b.u(1, r.randint(0, 1))
            else:
                b.u(6, 0b000111)
                b.u(r.randint(1, 13), 1)
            zeros = r.randint(0, 3)
            b.u((1, 2, 3, 3)[zeros], (1, 1, 1, 0)[zeros])

    def quantiser(self, b):
        change = self.r.choice([0, 0, 1, -2, 3])
        if not 12 <= self.qp + change <= 44:
            change = 0
        self.qp += change
        b.se(change)

    def intra(self, b, offset):
        r = self.r
        if self.pcm:
            if r.random() < 0.06:
                b.ue(offset + 25), b.align()
                for _ in range(384):
                    b.u(8, r.randint(0, 255))
                return
        elif r.random() < 0.4:
            chroma = r.randint(0, 1)
            b.ue(offset + 3 + 4 * chroma), b.ue(0), self.quantiser(b), b.u(1, 1)
            if chroma:
                self.chroma_dc(b)
            return
        b.ue(offset)
        blocks = 16
        if self.transform8:
            flag = r.randint(0, 1)
            b.u(1, flag)
            blocks = 4 if flag else 16
        b.u(blocks, (1 << blocks) - 1), b.ue(0)
        if r.randint(0, 1):
            b.ue(16), self.quantiser(b), self.chroma_dc(b)
        else:
            b.ue(3)

    def inter_cbp(self, b):
        if self.r.random() < 0.3:
            b.ue(1), self.quantiser(b), self.chroma_dc(b)
        else:
            b.ue(0)

    def difference(self, b):
        r = self.r
        for _ in range(2):
            reach = r.choice([0, 0, 1, 4, 4, 16, 60])
            b.se(r.randint(-reach, reach))

    def parts(self, b, lists, vectors, limits):
        for l in (0, 1):
            for mask in lists:
                if mask >> l & 1:
                    b.te(limits[l], self.r.randint(0, limits[l]))
        for l in (0, 1):
            for mask, n in zip(lists, vectors):
                if mask >> l & 1:
                    for _ in range(n):
                        self.difference(b)

    def inter_p(self, b, limits):
        r = self.r
        limits = limits + [0]
        kind = r.choice([0, 1, 2, 3, 3, 4])
        b.ue(kind)
        if kind < 3:
            n = 1 if kind == 0 else 2
            self.parts(b, [1] * n, [1] * n, limits)
        else:
            subs = [r.randint(0, 3) for _ in range(4)]
            for sub in subs:
                b.ue(sub)
            vectors = [P_SUB[sub] for sub in subs]
            if kind == 4:
                for n in vectors:
                    for _ in range(n):
                        self.difference(b)
            else:
                self.parts(b, [1] * 4, vectors, limits)
        self.inter_cbp(b)

    def inter_b(self, b, limits):
        r = self.r
        kind = r.choice([0, 0, 22, 22, 22] + list(range(1, 22)))
        b.ue(kind)
        if 0 < kind < 22:
            _, lists = B_PARTS[kind]
            self.parts(b, lists, [1] * len(lists), limits)
        elif kind == 22:
            subs = [r.choice([0, 0, 0] + list(range(1, 13))) for _ in range(4)]
            for sub in subs:
                b.ue(sub)
            chosen = [B_SUB.get(sub, (0, 0)) for sub in subs]
            self.parts(b, [c[0] for c in chosen], [c[1] for c in chosen], limits)
        self.inter_cbp(b)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("seed", type=int)
    parser.add_argument("--structure", choices=["frame", "field", "paff", "mbaff", "all"])
    parser.add_argument("--pictures", type=int, default=14)
    parser.add_argument("--size", type=int, nargs=2, metavar=("W", "H"))
    parser.add_argument("--inference", type=int, choices=[0, 1])
    parser.add_argument("--direct", choices=["spatial", "temporal"])
    parser.add_argument("--weights", type=int, choices=[0, 1, 2])
    parser.add_argument("--no-mixed", action="store_true")
    parser.add_argument("--no-long", action="store_true")
    Stream(parser.parse_args()).run()


main()
