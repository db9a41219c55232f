#!/usr/bin/python3
"""Procedural test pictures, as raw planar 4:2:0 video on standard output.

    pictures.py WIDTH HEIGHT FRAMES [--interlaced] [--bits 8|10] [--fade] [--cuts N] [--noise A] [--still] [--speed S]

A textured background pans; textured discs and a bar cross it at different speeds, so that every block size,
direct mode and reference distance pays for an encoder. Integer arithmetic only: the same bytes on every machine.
--interlaced renders the two fields of a frame half a frame apart. --fade dims the middle of the clip (weighted
prediction). --cuts N changes the scene every N frames. --noise adds +-A of white noise. --still stops the pan.
"""
import argparse
import sys

import numpy as np


def hash2(x, y, seed):
    """A 32-bit hash of two integer grids."""
    h = x.astype(np.uint32) * np.uint32(0x9E3779B1) + y.astype(np.uint32) * np.uint32(0x85EBCA77)
    h += np.uint32(seed * 0xC2B2AE3D & 0xFFFFFFFF)
    h ^= h >> np.uint32(15)
    h *= np.uint32(0x2C1B3C6D)
    h ^= h >> np.uint32(12)
    h *= np.uint32(0x297A2D39)
    h ^= h >> np.uint32(15)
    return h.astype(np.int64)


def texture(x, y, seed, cell):
    """Smooth value noise, 0..255; x and y in 1/16 samples."""
    cx, cy = x // (16 * cell), y // (16 * cell)
    fx, fy = x % (16 * cell), y % (16 * cell)
    span = 16 * cell
    a, b = hash2(cx, cy, seed) & 255, hash2(cx + 1, cy, seed) & 255
    c, d = hash2(cx, cy + 1, seed) & 255, hash2(cx + 1, cy + 1, seed) & 255
    top = a * (span - fx) + b * fx
    low = c * (span - fx) + d * fx
    return (top * (span - fy) + low * fy) // (span * span)


def plane(width, height, scale, t, seed, base, options):
    """One plane at time t (half frames); scale 1 luma, 2 chroma."""
    y, x = np.mgrid[0:height, 0:width].astype(np.int64)
    x, y = x * scale * 16 + 16 * 4096, y * scale * 16 + 16 * 4096
    pan = 0 if options.still else t * 11 * options.speed
    picture = (texture(x + pan, y + pan // 3, seed + base, 12) * 3 + texture(x + pan, y + pan // 3, seed + base + 1, 3)) // 4
    w, h = width * scale * 16, height * scale * 16
    for k in range(4):
        radius = (h // 5) // (1 + k % 2)
        speed = (9 + 17 * k) * (1 if k % 2 else -1) * options.speed
        px = 16 * 4096 + (w * (k + 1) // 5 + speed * t) % w
        py = 16 * 4096 + (h * (4 - k) // 5 + (5 + 3 * k) * t * options.speed) % h
        inside = (x - px) ** 2 + (y - py) ** 2 < radius * radius
        if k == 3:
            inside = (abs(x - px) < radius // 3) & (abs(y - py) < radius * 2)
        disc = texture(x - px + 16 * 8192, y - py + 16 * 8192, seed + base + 7 + k, 5 - k)
        picture = np.where(inside, 255 - disc * (2 + k) // 6, picture)
    return picture


def frame_plane(width, height, scale, n, base, options):
    seed = n // options.cuts * 101 if options.cuts else 0
    if options.interlaced:
        even = plane(width, height, scale, 2 * n, seed, base, options)
        odd = plane(width, height, scale, 2 * n + 1, seed, base, options)
        even[1::2] = odd[1::2]
        picture = even
    else:
        picture = plane(width, height, scale, 2 * n, seed, base, options)
    if base:
        picture = 128 + (picture - 128) * 3 // 8
    if options.fade:
        middle = options.frames // 2
        level = 40 + 216 * abs(n - middle) // max(1, middle)
        picture = ((picture - 128) * level // 256 + 128) if base else 16 + (picture * level) // 300
    y, x = np.mgrid[0:height, 0:width].astype(np.int64)
    if options.noise:
        picture = picture + hash2(x + 977 * n, y, 5 + base) % (2 * options.noise + 1) - options.noise
    top = 255
    if options.bits > 8:
        picture = (picture << (options.bits - 8)) + hash2(x, y, 31 + n + base) % (1 << (options.bits - 8))
        top = (1 << options.bits) - 1
    return np.clip(picture, 0, top).astype("<u2" if options.bits > 8 else np.uint8)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("width", type=int)
    parser.add_argument("height", type=int)
    parser.add_argument("frames", type=int)
    parser.add_argument("--interlaced", action="store_true")
    parser.add_argument("--bits", type=int, default=8)
    parser.add_argument("--fade", action="store_true")
    parser.add_argument("--still", action="store_true")
    parser.add_argument("--cuts", type=int, default=0)
    parser.add_argument("--noise", type=int, default=0)
    parser.add_argument("--speed", type=int, default=1)
    options = parser.parse_args()
    for n in range(options.frames):
        for width, height, scale, base in (
            (options.width, options.height, 1, 0),
            (options.width // 2, options.height // 2, 2, 50),
            (options.width // 2, options.height // 2, 2, 90),
        ):
            sys.stdout.buffer.write(frame_plane(width, height, scale, n, base, options).tobytes())


main()
