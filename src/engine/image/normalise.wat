;; Lines of pixels to lines of each plane, and to the mirrored lines. `input.ts` makes the tables and owns the memory.
(module
  (memory (export "memory") 1)

  ;; $line: $rows lines of [$width, 3] bytes. $tables: what each of the 256 values becomes, float32, for red, green and blue.
  ;; $out: six blocks of [$rows, $width] float32: the three planes of the image, then those of its mirror.
  (func (export "normalise")
    (param $line i32) (param $rows i32) (param $width i32) (param $tables i32) (param $out i32)
    (local $row i32) (local $end i32) (local $last i32) (local $plane i32) (local $two i32) (local $image i32)
    (local $mirrored i32) (local $value f32)
    (local.set $row (i32.shl (local.get $width) (i32.const 2)))
    (local.set $plane (i32.mul (local.get $row) (local.get $rows)))
    (local.set $two (i32.shl (local.get $plane) (i32.const 1)))
    (local.set $image (i32.add (local.get $two) (local.get $plane)))
    (local.set $last (i32.add (local.get $out) (local.get $plane)))
    (loop $rowwise
      (local.set $end (i32.add (local.get $line) (i32.mul (local.get $width) (i32.const 3))))
      (local.set $mirrored
        (i32.add (i32.add (local.get $out) (local.get $image)) (i32.sub (local.get $row) (i32.const 4))))
      (loop $pixel
        (local.set $value
          (f32.load (i32.add (local.get $tables) (i32.shl (i32.load8_u (local.get $line)) (i32.const 2)))))
        (f32.store (local.get $out) (local.get $value))
        (f32.store (local.get $mirrored) (local.get $value))
        (local.set $value
          (f32.load offset=1024
            (i32.add (local.get $tables) (i32.shl (i32.load8_u offset=1 (local.get $line)) (i32.const 2)))))
        (f32.store (i32.add (local.get $out) (local.get $plane)) (local.get $value))
        (f32.store (i32.add (local.get $mirrored) (local.get $plane)) (local.get $value))
        (local.set $value
          (f32.load offset=2048
            (i32.add (local.get $tables) (i32.shl (i32.load8_u offset=2 (local.get $line)) (i32.const 2)))))
        (f32.store (i32.add (local.get $out) (local.get $two)) (local.get $value))
        (f32.store (i32.add (local.get $mirrored) (local.get $two)) (local.get $value))
        (local.set $line (i32.add (local.get $line) (i32.const 3)))
        (local.set $out (i32.add (local.get $out) (i32.const 4)))
        (local.set $mirrored (i32.sub (local.get $mirrored) (i32.const 4)))
        (br_if $pixel (i32.lt_u (local.get $line) (local.get $end))))
      (br_if $rowwise (i32.lt_u (local.get $out) (local.get $last))))))
