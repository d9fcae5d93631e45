//! Strip: what a pass schedule makes of a coil, stage by stage, and mixes of products.

use super::*;

/// One stage of a pass schedule: consecutive passes of one operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Stage {
    /// Which operation.
    pub operation: OperationId,
    /// Passes.
    pub passes: u16,
    /// Time the strip runs, at the speeds of the schedule: sum of length over speed.
    pub run: Span,
    /// Threading, reversing, setting down: sum over the passes.
    pub handling: Span,
    /// Share of the weight that is left.
    pub gain: Share,
}

/// A declared mix of products.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Mix {
    /// Lasting name.
    pub name: String,
    /// Products with their shares of the weight (of the pieces, where they have none); together one.
    pub of: Vec<(ProductId, Share)>,
}

impl Plant {
    /// What becomes of a product, itself first, the finished material last.
    pub fn materials(&self, product: ProductId) -> Vec<ProductId> {
        let mut all = Vec::from([product]);
        while let Some(next) = all.last().and_then(|last| self.products[*last].becomes) {
            if all.contains(&next) {
                break;
            }
            all.push(next);
        }
        all
    }

    /// Finished weight that comes of one piece let in, scrap aside; none where pieces have no weight.
    pub fn to_let_in(&self, product: ProductId) -> Option<Mass> {
        let materials = self.materials(product);
        let first = self.products[product].weight?;
        let gain = |id: &ProductId| {
            self.products[*id]
                .stage
                .map_or(1.0, |stage| stage.gain.as_f64())
        };
        let all = materials.iter().map(gain).product::<f64>();
        Some(Mass(libm::round(first.0 as f64 * all) as i64))
    }
}
