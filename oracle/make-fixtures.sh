#!/bin/bash
# Makes the clips of packages/codec/test/fixtures and their references in packages/codec/test/golden.
#
#   JM=/path/to/jm oracle/make-fixtures.sh [NAME...]     all clips, or those whose name begins with a NAME
#
# Needs ffmpeg with libx264, Debian's python3-av and numpy, and the JM reference software 19.0 built in $JM
# (bin/lencod.exe, bin/ldecod.exe; how to build it: oracle/README.md). Encoders of other versions make other clips.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
clips=$here/../packages/codec/test/fixtures
golden=$here/../packages/codec/test/golden
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$clips/unsupported" "$golden"/{vectors,macroblocks,residual}
wanted=("$@")

asked() {
  [ ${#wanted[@]} -eq 0 ] && return 0
  local name
  for name in "${wanted[@]}"; do [[ $1 == "$name"* ]] && return 0; done
  return 1
}

# What the parser refuses needs no references.
references() {
  case $1 in unsupported/*) return 0 ;; esac
  local name=$1 source=$clips/$1.264
  /usr/bin/python3 "$here/vectors.py" "$source" > "$golden/vectors/$name.ndjson"
  /usr/bin/python3 "$here/mb_maps.py" "$source" > "$golden/macroblocks/$name.ndjson"
  # JM's trace stops at a change of picture size.
  [ "$name" = x264-two-sizes ] ||
    JM_LDECOD=$JM/bin/ldecod.exe /usr/bin/python3 "$here/jm_residual.py" "$source" > "$golden/residual/$name.ndjson"
  printf '%-32s %6d bytes\n' "$name" "$(stat -c %s "$source")"
}

# pictures FILE WIDTH HEIGHT FRAMES [OPTION...]
pictures() {
  local file=$work/$1
  shift
  [ -s "$file" ] || /usr/bin/python3 "$here/pictures.py" "$@" > "$file"
}

# jm NAME PICTURES WIDTH HEIGHT FRAMES KEY=VALUE...
jm() {
  local name=$1 source=$work/$2 width=$3 height=$4 frames=$5
  shift 5
  asked "$name" || return 0
  local options=() pair
  for pair in QPISlice=30 QPPSlice=31 QPBSlice=33 SearchRange=16 EnableIPCM=0 ReferenceReorder=0 \
    PocMemoryManagement=0 "$@"; do options+=(-p "$pair"); done
  mkdir -p "$work/jm"
  cp "$JM"/bin/*.cfg "$work/jm"
  (cd "$work/jm" && "$JM/bin/lencod.exe" -d encoder_main.cfg -p "InputFile=$source" -p "OutputFile=out.264" \
    -p "SourceWidth=$width" -p "SourceHeight=$height" -p "OutputWidth=$width" -p "OutputHeight=$height" \
    -p "FramesToBeEncoded=$frames" -p TraceFile=/dev/null "${options[@]}" > log.txt 2>&1) ||
    { tail -5 "$work/jm/log.txt"; exit 1; }
  mv "$work/jm/out.264" "$clips/$name.264"
  references "$name"
}

# x264 NAME PICTURES SIZE PIXELS PARAMETERS [CODED_PIXELS]
x264() {
  local name=$1
  asked "$name" || return 0
  x264_raw "$clips/$name.264" "${@:2}"
  references "$name"
}

x264_raw() {
  ffmpeg -nostdin -v error -y -f rawvideo -pix_fmt "$4" -s "$3" -r 25 -i "$work/$2" -c:v libx264 -threads 1 \
    -pix_fmt "${6:-$4}" -x264-params "$5:threads=1" -f h264 "$1"
}

pictures plain 128 96 10
pictures lines 128 96 10 --interlaced --speed 2
pictures fade 128 96 10 --fade
pictures ten 128 96 8 --bits 10
pictures noise 64 64 3 --noise 90
pictures odd 130 90 8
pictures wide 176 144 8 --speed 2
P="plain 128 96"
L="lines 128 96"

jm frame-cavlc-p $P 8 ProfileIDC=66 SymbolMode=0 NumberBFrames=0 SliceMode=1 SliceArgument=19
jm frame-cabac-p $P 8 NumberBFrames=0 SliceMode=2 SliceArgument=250
jm frame-cavlc-spatial $P 9 SymbolMode=0 NumberBFrames=2
jm frame-cabac-temporal $P 9 NumberBFrames=2 DirectModeType=0
jm frame-cavlc-temporal-4x4 $P 9 SymbolMode=0 NumberBFrames=2 DirectModeType=0 LevelIDC=20 DirectInferenceFlag=0
jm frame-cabac-spatial-4x4 $P 9 NumberBFrames=2 LevelIDC=20 DirectInferenceFlag=0
jm transform8x8-cavlc $P 8 SymbolMode=0 ProfileIDC=100 Transform8x8Mode=1 NumberBFrames=1 DirectModeType=0
jm transform8x8-cabac $P 8 ProfileIDC=100 Transform8x8Mode=1 NumberBFrames=1
jm mbaff-cavlc-p $L 7 SymbolMode=0 MbInterlace=2 NumberBFrames=0
jm mbaff-cavlc-spatial $L 8 SymbolMode=0 MbInterlace=2 NumberBFrames=1
jm mbaff-cavlc-temporal $L 8 SymbolMode=0 MbInterlace=2 NumberBFrames=2 DirectModeType=0
jm mbaff-cabac-spatial $L 8 MbInterlace=2 NumberBFrames=1 ProfileIDC=100 Transform8x8Mode=1
jm mbaff-cabac-temporal $L 8 MbInterlace=2 NumberBFrames=2 DirectModeType=0
jm mbaff-cabac-slices $L 6 MbInterlace=2 NumberBFrames=1 DirectModeType=0 SliceMode=1 SliceArgument=14
jm mbaff-cabac-constrained-intra $L 6 MbInterlace=2 NumberBFrames=1 UseConstrainedIntraPred=1 RandomIntraMBRefresh=8
jm field-cavlc-temporal $L 7 SymbolMode=0 PicInterlace=1 NumberBFrames=1 DirectModeType=0
jm field-cabac-spatial $L 7 PicInterlace=1 NumberBFrames=1
jm paff-cavlc-spatial $L 8 SymbolMode=0 PicInterlace=2 NumberBFrames=1
jm paff-cabac-temporal $L 8 PicInterlace=2 NumberBFrames=2 DirectModeType=0
jm paff-mbaff-cavlc-temporal $L 8 SymbolMode=0 PicInterlace=2 MbInterlace=2 NumberBFrames=2 DirectModeType=0
jm paff-mbaff-cabac-spatial $L 8 PicInterlace=2 MbInterlace=2 NumberBFrames=2
jm hierarchy-cabac $P 9 Log2MaxPOCLsbMinus4=4 NumberBFrames=3 HierarchicalCoding=2 ReferenceReorder=1 PocMemoryManagement=1 \
  BList1References=0 DirectModeType=0
jm hierarchy-field-cavlc $L 8 SymbolMode=0 Log2MaxPOCLsbMinus4=4 PicInterlace=2 NumberBFrames=3 HierarchicalCoding=2 \
  ReferenceReorder=1 \
  PocMemoryManagement=1 BList1References=0
jm longterm-cavlc $P 8 SymbolMode=0 SetFirstAsLongTerm=1 NumberBFrames=1 DirectModeType=0
jm longterm-mbaff-cabac $L 7 SetFirstAsLongTerm=1 MbInterlace=2 NumberBFrames=1 DirectModeType=0
jm weighted-explicit-cavlc fade 128 96 8 SymbolMode=0 WeightedPrediction=1 WeightedBiprediction=1 NumberBFrames=2
jm weighted-implicit-cabac fade 128 96 8 WeightedBiprediction=2 NumberBFrames=2 DirectModeType=0
jm mono-cabac $P 6 ProfileIDC=100 YUVFormat=0 Transform8x8Mode=1 NumberBFrames=1
jm mono-cavlc $P 6 SymbolMode=0 ProfileIDC=100 YUVFormat=0 NumberBFrames=1
T="SourceBitDepthLuma=10 SourceBitDepthChroma=10 OutputBitDepthLuma=10 OutputBitDepthChroma=10"
jm high10-cavlc ten 128 96 6 SymbolMode=0 ProfileIDC=110 Transform8x8Mode=1 NumberBFrames=1 $T
jm high10-mbaff-cabac ten 128 96 5 ProfileIDC=110 Transform8x8Mode=1 NumberBFrames=1 MbInterlace=2 $T
jm scaling-lists-cavlc $P 6 SymbolMode=0 ProfileIDC=100 Transform8x8Mode=1 NumberBFrames=1 ScalingMatrixPresentFlag=3 \
  ScalingListPresentFlag0=3 ScalingListPresentFlag3=1 ScalingListPresentFlag6=3 ScalingListPresentFlag7=2
jm pcm-cavlc noise 64 64 3 SymbolMode=0 QPISlice=0 QPPSlice=0 EnableIPCM=1 NumberBFrames=0
jm pcm-mbaff-cabac noise 64 64 3 QPISlice=1 QPPSlice=1 EnableIPCM=1 MbInterlace=2 NumberBFrames=0
jm poc1-field-cavlc $L 6 SymbolMode=0 PicOrderCntType=1 NumberBFrames=1 PicInterlace=1
jm poc1-cabac $P 7 PicOrderCntType=1 NumberBFrames=2
jm poc2-cabac $P 6 PicOrderCntType=2 NumberBFrames=0 DisposableP=1
jm parameter-sets-cavlc $P 6 SymbolMode=0 GenerateMultiplePPS=1 ResendPPS=1 ResendSPS=2 IDRPeriod=3 SendAUD=1 \
  NumberBFrames=0

x264 x264-tff wide 176x144 yuv420p tff=1:bframes=3:b-adapt=0:ref=4:direct=auto:crf=30:b-pyramid=normal:weightp=2
x264 x264-bff-cavlc wide 176x144 yuv420p bff=1:bframes=2:b-adapt=0:ref=3:direct=temporal:cabac=0:crf=30:slices=2
x264 x264-pyramid plain 128x96 yuv420p bframes=5:b-adapt=0:b-pyramid=normal:ref=8:direct=auto:weightp=2:crf=26:subme=9
x264 x264-sub8x8-cavlc plain 128x96 yuv420p bframes=2:b-adapt=0:ref=4:cabac=0:partitions=all:subme=9:8x8dct=0:crf=22
x264 x264-slices fade 128x96 yuv420p slices=3:bframes=2:weightp=2:weightb=1:aud=1:crf=28
x264 x264-filler plain 128x96 yuv420p nal-hrd=cbr:vbv-maxrate=300:vbv-bufsize=300:bitrate=300:filler=1:bframes=1
x264 x264-open-gop plain 128x96 yuv420p open-gop=1:keyint=4:bframes=2:b-adapt=0:crf=30
x264 x264-high10 ten 128x96 yuv420p10le bframes=2:ref=3:direct=temporal:crf=28
x264 x264-high10-intra ten 128x96 yuv420p10le keyint=1:crf=30
x264 x264-cropped odd 130x90 yuv420p bframes=2:crf=30
x264 x264-low-qp noise 64x64 yuv420p qp=6:bframes=1:trellis=0
x264 x264-intra-refresh plain 128x96 yuv420p intra-refresh=1:keyint=5:bframes=0:constrained-intra=1:crf=30

if asked x264-two-sizes; then
  x264_raw "$work/one.264" plain 128x96 yuv420p bframes=1:crf=32
  x264_raw "$work/two.264" odd 130x90 yuv420p cabac=0:bframes=1:crf=32
  cat "$work/one.264" "$work/two.264" > "$clips/x264-two-sizes.264"
  references x264-two-sizes
fi

for structure in frame field paff mbaff all; do
  for seed in 3 7 12; do
    name=random-$structure-$seed
    asked "$name" || continue
    /usr/bin/python3 "$here/random_syntax.py" "$seed" --structure "$structure" --pictures 20 > "$clips/$name.264"
    references "$name"
  done
done

U="noise 64 64 2 NumberBFrames=0 QPISlice=44 QPPSlice=44"
jm unsupported/fmo $U ProfileIDC=66 SymbolMode=0 num_slice_groups_minus1=1 slice_group_map_type=1
jm unsupported/data-partitioning $U ProfileIDC=88 SymbolMode=0 PartitionMode=1
jm unsupported/switching-p $U ProfileIDC=88 SymbolMode=0 SPPicturePeriodicity=1
x264 unsupported/chroma-422 noise 64x64 yuv420p qp=44 yuv422p
x264 unsupported/chroma-444 noise 64x64 yuv420p qp=44 yuv444p
