#!/bin/bash
# Makes the macroblock and residual references of real streams, in packages/codec/test/golden/*/shared.
#
#   JM=/path/to/jm oracle/make-shared.sh VIDEO_FOLDER     (with its conformance/ and camera/)
#
# The streams stay where they are. Needs what make-fixtures.sh needs.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
video=$(cd "$1" && pwd)
golden=$here/../packages/codec/test/golden
mkdir -p "$golden"/{macroblocks,residual}/shared

# maps FRAMES STREAM...
maps() {
  local frames=$1 stream
  shift
  for stream in "$@"; do
    /usr/bin/python3 "$here/mb_maps.py" "$video/$stream" "$frames" > "$golden/macroblocks/shared/$(basename "$stream").ndjson"
  done
}

# levels FRAMES STREAM...
levels() {
  local frames=$1 stream
  shift
  for stream in "$@"; do
    JM_LDECOD=$JM/bin/ldecod.exe /usr/bin/python3 "$here/jm_residual.py" "$video/$stream" "$frames" \
      > "$golden/residual/shared/$(basename "$stream").ndjson"
  done
}

C=conformance
maps 30 $C/BA_MW_D.264 $C/SVA_Base_B.264 $C/MR1_BT_A.h264 $C/Cisco_Men_whisper_640x320_CAVLC_Bframe_9.264 \
  $C/FREXT01_JVC_D.264 $C/FREXT02_JVC_C.264 $C/FRExt1_Panasonic.avc $C/FRExt2_Panasonic.avc $C/HCAFF1_HHI.264 \
  $C/HCAFR1_HHI.264 $C/HCAFR2_HHI.264 $C/test_scalinglist_jm.264 $C/test_qcif_cabac.264
maps 20 $C/Freh1_B.264 $C/freh3.264 $C/freh4.264 $C/freh5.264 $C/freh6.264 $C/freh10.264 $C/HPCAMOLQ_BRCM_B.264 \
  $C/FRExt_MMCO4_Sony_B.264 camera/dvrscan_traffic_camera.mp4
maps 4 $C/PPH10I1_Panasonic_A.264 $C/PPH10I2_Panasonic_A.264

levels 30 $C/BA_MW_D.264 $C/SVA_Base_B.264 $C/Cisco_Men_whisper_640x320_CAVLC_Bframe_9.264 $C/FREXT01_JVC_D.264 \
  $C/FREXT02_JVC_C.264 $C/FRExt1_Panasonic.avc $C/FRExt2_Panasonic.avc $C/HCAFF1_HHI.264 $C/HCAFR1_HHI.264 \
  $C/HCAFR2_HHI.264 $C/test_scalinglist_jm.264 $C/freh4.264 $C/test_qcif_cabac.264
