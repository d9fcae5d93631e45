//! Minimising without derivatives, and curvature by differences.

/// The least of a function of up to three variables, from a start: Nelder and Mead 1965 with their constants,
/// begun again once from where it ended.
pub(crate) fn least<const N: usize>(
    start: [f64; N],
    f: &dyn Fn(&[f64; N]) -> f64,
) -> ([f64; N], f64) {
    let (first, _) = simplex(start, 0.2, f);
    simplex(first, 0.02, f)
}

fn simplex<const N: usize>(
    start: [f64; N],
    step: f64,
    f: &dyn Fn(&[f64; N]) -> f64,
) -> ([f64; N], f64) {
    let value = |x: &[f64; N]| {
        let y = f(x);
        if y.is_nan() { f64::INFINITY } else { y }
    };
    let mut corners: Vec<([f64; N], f64)> = vec![(start, value(&start))];
    for i in 0..N {
        let mut x = start;
        x[i] += step;
        corners.push((x, value(&x)));
    }
    for _ in 0..200 * N {
        corners.sort_by(|a, b| a.1.total_cmp(&b.1));
        let (best, worst) = (corners[0].1, corners[N].1);
        if (worst - best).abs() <= 1e-11 * (1.0 + best.abs()) {
            break;
        }
        let mut centre = [0.0; N];
        for (x, _) in &corners[..N] {
            for i in 0..N {
                centre[i] += x[i] / N as f64;
            }
        }
        let along = |by: f64| {
            let mut x = centre;
            for i in 0..N {
                x[i] += by * (corners[N].0[i] - centre[i]);
            }
            (x, value(&x))
        };
        let mirrored = along(-1.0);
        if mirrored.1 < best {
            let further = along(-2.0);
            corners[N] = if further.1 < mirrored.1 {
                further
            } else {
                mirrored
            };
        } else if mirrored.1 < corners[N - 1].1 {
            corners[N] = mirrored;
        } else {
            let nearer = along(if mirrored.1 < worst { -0.5 } else { 0.5 });
            if nearer.1 < worst.min(mirrored.1) {
                corners[N] = nearer;
            } else {
                shrink(&mut corners, &value);
            }
        }
    }
    corners.sort_by(|a, b| a.1.total_cmp(&b.1));
    corners[0]
}

fn shrink<const N: usize>(corners: &mut [([f64; N], f64)], value: &dyn Fn(&[f64; N]) -> f64) {
    let best = corners[0].0;
    for (x, y) in &mut corners[1..] {
        for i in 0..N {
            x[i] = best[i] + 0.5 * (x[i] - best[i]);
        }
        *y = value(x);
    }
}

/// Variance of `g` at the least of a negative log-likelihood `f`, by the delta method: gradient of `g` through the
/// inverse of the curvature of `f` (observed information). `None` where `f` is not curved upwards.
pub(crate) fn variance<const N: usize>(
    at: &[f64; N],
    f: &dyn Fn(&[f64; N]) -> f64,
    g: &dyn Fn(&[f64; N]) -> f64,
) -> Option<f64> {
    const H: f64 = 1e-4;
    let moved = |moves: &[(usize, f64)]| {
        let mut x = *at;
        for (i, by) in moves {
            x[*i] += by;
        }
        x
    };
    let mut rows = [[0.0; N]; N];
    let mut slope = [0.0; N];
    for (i, row) in rows.iter_mut().enumerate() {
        slope[i] = (g(&moved(&[(i, H)])) - g(&moved(&[(i, -H)]))) / (2.0 * H);
        for (j, cell) in row.iter_mut().enumerate() {
            *cell = (f(&moved(&[(i, H), (j, H)]))
                - f(&moved(&[(i, H), (j, -H)]))
                - f(&moved(&[(i, -H), (j, H)]))
                + f(&moved(&[(i, -H), (j, -H)])))
                / (4.0 * H * H);
        }
    }
    let solved = solve(rows, slope)?;
    let sum: f64 = solved.iter().zip(slope).map(|(a, b)| a * b).sum();
    (sum > 0.0 && sum.is_finite()).then_some(sum)
}

/// Gauss without pivoting: the matrix of a minimum is positive definite, or there is no answer.
fn solve<const N: usize>(mut rows: [[f64; N]; N], mut right: [f64; N]) -> Option<[f64; N]> {
    for i in 0..N {
        let pivot = rows[i][i];
        if pivot.is_nan() || pivot <= 0.0 {
            return None;
        }
        for j in i + 1..N {
            let by = rows[j][i] / pivot;
            let above = rows[i];
            for (to, from) in rows[j].iter_mut().zip(above).skip(i) {
                *to -= by * from;
            }
            right[j] -= by * right[i];
        }
    }
    for i in (0..N).rev() {
        let known: f64 = (i + 1..N).map(|j| rows[i][j] * right[j]).sum();
        right[i] = (right[i] - known) / rows[i][i];
    }
    Some(right)
}
