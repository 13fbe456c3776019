;; The two passes of resize.ts over one line, four 32-bit sums at a time. `resize.ts` says what is summed and why in integers;
;; it also owns the memory and says where everything lies in it. Addresses and sizes are in bytes unless said otherwise.
(module
  (memory (export "memory") 1)

  ;; Half of one, so that the shift at the end rounds.
  (global $half i32 (i32.const 2097152)) ;; 1 << 21
  (global $precisionBits i32 (i32.const 22))

  ;; [width, 3] bytes to [width, 4] int32: red, green, blue and something that nobody reads. Reads one byte beyond the line.
  (func (export "widen") (param $line i32) (param $width i32) (param $quads i32)
    (local $end i32)
    (local.set $end (i32.add (local.get $line) (i32.mul (local.get $width) (i32.const 3))))
    (loop $pixel
      (v128.store (local.get $quads)
        (i32x4.extend_low_i16x8_u (i16x8.extend_low_i8x16_u (v128.load32_zero (local.get $line)))))
      (local.set $quads (i32.add (local.get $quads) (i32.const 16)))
      (local.set $line (i32.add (local.get $line) (i32.const 3)))
      (br_if $pixel (i32.lt_u (local.get $line) (local.get $end)))))

  ;; One line of the horizontal pass. $starts: address of each output pixel's first quad; $counts: taps of each output pixel;
  ;; $weights: $size int32 per output pixel. Writes one byte beyond the line.
  (func (export "horizontal")
    (param $starts i32) (param $counts i32) (param $weights i32) (param $size i32) (param $outWidth i32) (param $out i32)
    (local $end i32) (local $quad i32) (local $weight i32) (local $last i32) (local $sum v128)
    (local.set $end (i32.add (local.get $starts) (i32.shl (local.get $outWidth) (i32.const 2))))
    (loop $pixel
      (local.set $sum (i32x4.splat (global.get $half)))
      (local.set $quad (i32.load (local.get $starts)))
      (local.set $weight (local.get $weights))
      (local.set $last (i32.add (local.get $weight) (i32.shl (i32.load (local.get $counts)) (i32.const 2))))
      (loop $tap
        (local.set $sum (i32x4.add (local.get $sum)
          (i32x4.mul (v128.load (local.get $quad)) (v128.load32_splat (local.get $weight)))))
        (local.set $quad (i32.add (local.get $quad) (i32.const 16)))
        (local.set $weight (i32.add (local.get $weight) (i32.const 4)))
        (br_if $tap (i32.lt_u (local.get $weight) (local.get $last))))
      (local.set $sum (i32x4.shr_s (local.get $sum) (global.get $precisionBits)))
      (local.set $sum (i16x8.narrow_i32x4_s (local.get $sum) (local.get $sum)))
      (v128.store32_lane 0 (local.get $out) (i8x16.narrow_i16x8_u (local.get $sum) (local.get $sum)))
      (local.set $out (i32.add (local.get $out) (i32.const 3)))
      (local.set $starts (i32.add (local.get $starts) (i32.const 4)))
      (local.set $counts (i32.add (local.get $counts) (i32.const 4)))
      (local.set $weights (i32.add (local.get $weights) (i32.shl (local.get $size) (i32.const 2))))
      (br_if $pixel (i32.lt_u (local.get $starts) (local.get $end)))))

  ;; One line of the vertical pass. $lines: addresses of $count lines; $weights: $count int32. Works in steps of 16 bytes and
  ;; so reads and writes up to 15 bytes beyond $stride.
  (func (export "vertical")
    (param $lines i32) (param $weights i32) (param $count i32) (param $stride i32) (param $out i32)
    (local $at i32) (local $tap i32) (local $pixels v128) (local $pair v128) (local $weight v128)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local.set $count (i32.shl (local.get $count) (i32.const 2)))
    (loop $step
      (local.set $a (i32x4.splat (global.get $half)))
      (local.set $b (local.get $a))
      (local.set $c (local.get $a))
      (local.set $d (local.get $a))
      (local.set $tap (i32.const 0))
      (loop $line
        (local.set $pixels
          (v128.load (i32.add (i32.load (i32.add (local.get $lines) (local.get $tap))) (local.get $at))))
        (local.set $weight (v128.load32_splat (i32.add (local.get $weights) (local.get $tap))))
        (local.set $pair (i16x8.extend_low_i8x16_u (local.get $pixels)))
        (local.set $a (i32x4.add (local.get $a)
          (i32x4.mul (i32x4.extend_low_i16x8_u (local.get $pair)) (local.get $weight))))
        (local.set $b (i32x4.add (local.get $b)
          (i32x4.mul (i32x4.extend_high_i16x8_u (local.get $pair)) (local.get $weight))))
        (local.set $pair (i16x8.extend_high_i8x16_u (local.get $pixels)))
        (local.set $c (i32x4.add (local.get $c)
          (i32x4.mul (i32x4.extend_low_i16x8_u (local.get $pair)) (local.get $weight))))
        (local.set $d (i32x4.add (local.get $d)
          (i32x4.mul (i32x4.extend_high_i16x8_u (local.get $pair)) (local.get $weight))))
        (local.set $tap (i32.add (local.get $tap) (i32.const 4)))
        (br_if $line (i32.lt_u (local.get $tap) (local.get $count))))
      (v128.store (i32.add (local.get $out) (local.get $at))
        (i8x16.narrow_i16x8_u
          (i16x8.narrow_i32x4_s
            (i32x4.shr_s (local.get $a) (global.get $precisionBits))
            (i32x4.shr_s (local.get $b) (global.get $precisionBits)))
          (i16x8.narrow_i32x4_s
            (i32x4.shr_s (local.get $c) (global.get $precisionBits))
            (i32x4.shr_s (local.get $d) (global.get $precisionBits)))))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $step (i32.lt_u (local.get $at) (local.get $stride))))))
