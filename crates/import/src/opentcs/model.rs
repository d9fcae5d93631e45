//! The elements of a plant model.

use super::read::{Index, Reader, children, properties};
use roxmltree::Node;

/// A plant model; vectors in file order.
pub struct Model<'d> {
    pub version: &'d str,
    pub name: &'d str,
    pub points: Vec<Point<'d>>,
    pub paths: Vec<Path<'d>>,
    pub vehicles: Vec<Vehicle<'d>>,
    pub types: Vec<LocationType<'d>>,
    pub locations: Vec<Location<'d>>,
    pub blocks: Vec<Block<'d>>,
    /// Names of the drawings.
    pub drawings: Vec<&'d str>,
    /// Layers beyond the first.
    pub layers: Vec<&'d str>,
    pub properties: Vec<(&'d str, &'d str)>,
    /// Elements that no version of the format has.
    pub strangers: Vec<&'d str>,
}

pub type Properties<'d> = Vec<(&'d str, &'d str)>;

pub struct Point<'d> {
    pub name: &'d str,
    /// [mm]
    pub at: (f64, f64),
    pub height: f64,
    /// [degrees]
    pub angle: Option<f64>,
    pub kind: &'d str,
    /// Largest length and width of a vehicle [mm].
    pub room: Option<(u32, u32)>,
    pub envelopes: usize,
    pub properties: Properties<'d>,
}

pub struct Path<'d> {
    pub name: &'d str,
    pub from: Option<usize>,
    pub to: Option<usize>,
    /// [mm]
    pub length: u32,
    /// Forwards and backwards [mm/s]; 0 is never.
    pub speed: (u32, u32),
    pub locked: bool,
    /// Operations of devices, with their location.
    pub peripherals: Vec<String>,
    pub envelopes: usize,
    /// Drawn as a curve.
    pub curved: bool,
    pub properties: Properties<'d>,
}

pub struct Vehicle<'d> {
    pub name: &'d str,
    /// Length and width [mm].
    pub size: (Option<u32>, Option<u32>),
    /// Its reference point is not in the middle.
    pub off_centre: bool,
    pub envelope: bool,
    /// Critical, good, sufficiently and fully recharged [%].
    pub energy: [Option<u32>; 4],
    /// Forwards and backwards [mm/s].
    pub speed: (Option<u32>, Option<u32>),
    pub properties: Properties<'d>,
}

pub struct LocationType<'d> {
    pub operations: Vec<&'d str>,
    pub peripherals: Vec<&'d str>,
}

pub struct Location<'d> {
    pub name: &'d str,
    /// [mm]
    pub at: (f64, f64),
    pub kind: Option<usize>,
    pub locked: bool,
    pub links: Vec<Link<'d>>,
    pub properties: Properties<'d>,
}

pub struct Link<'d> {
    pub point: Option<usize>,
    /// None: all that the type of the location allows.
    pub operations: Vec<&'d str>,
}

pub struct Block<'d> {
    pub name: &'d str,
    pub kind: &'d str,
    pub members: Vec<Node<'d, 'd>>,
    pub properties: Properties<'d>,
}

/// Names of points, paths, location types and locations.
#[derive(Default)]
pub struct Names<'d> {
    pub points: Index<'d>,
    pub paths: Index<'d>,
    pub types: Index<'d>,
    pub locations: Index<'d>,
}

/// Reads all elements.
pub fn read<'d>(reader: &mut Reader<'_>, root: Node<'d, 'd>) -> Model<'d> {
    let mut names = Names::default();
    let version = reader.text(root, &["version"]).unwrap_or_default();
    let known = ["7.", "6.", "0.0.5", "0.0.4", "0.0.3", "0.0.2"];
    if !known.iter().any(|start| version.starts_with(start)) {
        let problem = reader.at_name("import/version", root);
        let problem = problem
            .arg("version", version)
            .arg("known", "0.0.2 - 7.0.0");
        reader.problems.push(problem.warning());
    }
    let points = children(root, "point").enumerate();
    let points = points
        .map(|(i, node)| point(reader, &mut names, node, i))
        .collect();
    let paths = children(root, "path").enumerate();
    let paths = paths
        .map(|(i, node)| path(reader, &mut names, node, i))
        .collect();
    let types = children(root, "locationType").enumerate();
    let types = types
        .map(|(i, node)| location_type(reader, &mut names, node, i))
        .collect();
    let locations = children(root, "location").enumerate();
    let locations = locations
        .map(|(i, node)| location(reader, &mut names, node, i))
        .collect();
    let mut seen = Index::new();
    let vehicles = children(root, "vehicle").enumerate();
    let vehicles = vehicles
        .map(|(i, node)| vehicle(reader, &mut seen, node, i))
        .collect();
    let mut seen = Index::new();
    let blocks = children(root, "block").enumerate();
    let blocks = blocks
        .map(|(i, node)| block(reader, &mut seen, node, i))
        .collect();
    Model {
        version,
        name: root.attribute("name").unwrap_or("openTCS"),
        points,
        paths,
        vehicles,
        types,
        locations,
        blocks,
        drawings: children(root, "visualLayout")
            .filter_map(|node| node.attribute("name"))
            .collect(),
        layers: children(root, "visualLayout")
            .flat_map(|node| children(node, "layer").skip(1))
            .filter_map(|node| node.attribute("name"))
            .collect(),
        properties: properties(root),
        strangers: strangers(root),
    }
}

fn strangers<'d>(root: Node<'d, 'd>) -> Vec<&'d str> {
    const KNOWN: [&str; 8] = [
        "point",
        "path",
        "vehicle",
        "locationType",
        "location",
        "block",
        "visualLayout",
        "property",
    ];
    let elements = root.children().filter(Node::is_element);
    let names = elements.map(|node| node.tag_name().name());
    names.filter(|name| !KNOWN.contains(name)).collect()
}

fn point<'d>(
    reader: &mut Reader<'_>,
    names: &mut Names<'d>,
    node: Node<'d, 'd>,
    i: usize,
) -> Point<'d> {
    let name = reader.enter(&mut names.points, node, i);
    let x = reader.coordinate(node, &["positionX", "xPosition"]);
    let y = reader.coordinate(node, &["positionY", "yPosition"]);
    let z = ["positionZ", "zPosition"]
        .iter()
        .find_map(|key| node.attribute(*key));
    let angle = node.attribute("vehicleOrientationAngle");
    let angle = angle.and_then(|text| text.trim().parse::<f64>().ok());
    let kind = node.attribute("type").unwrap_or("HALT_POSITION");
    if !["HALT_POSITION", "PARK_POSITION", "REPORT_POSITION"].contains(&kind) {
        reader.word(node, "type", kind, "HALT_POSITION, PARK_POSITION");
    }
    Point {
        name,
        at: (x.unwrap_or(0.0), y.unwrap_or(0.0)),
        height: z.and_then(|z| z.trim().parse().ok()).unwrap_or(0.0),
        angle: angle.filter(|angle| angle.is_finite()),
        kind,
        room: children(node, "maxVehicleBoundingBox")
            .next()
            .and_then(|room| {
                Some((
                    reader.amount(room, "length")?,
                    reader.amount(room, "width")?,
                ))
            }),
        envelopes: children(node, "vehicleEnvelope").count(),
        properties: properties(node),
    }
}

fn path<'d>(
    reader: &mut Reader<'_>,
    names: &mut Names<'d>,
    node: Node<'d, 'd>,
    i: usize,
) -> Path<'d> {
    let name = reader.enter(&mut names.paths, node, i);
    let peripheral = |node: Node<'d, 'd>| {
        let part = |key| node.attribute(key).unwrap_or("?");
        format!(
            "{}: {} ({})",
            part("locationName"),
            part("name"),
            part("executionTrigger")
        )
    };
    let layout = children(node, "pathLayout").next();
    let drawn = layout.and_then(|layout| layout.attribute("connectionType"));
    Path {
        name,
        from: reader.find(&names.points, node, "sourcePoint", "point"),
        to: reader.find(&names.points, node, "destinationPoint", "point"),
        length: reader.amount(node, "length").unwrap_or(0),
        speed: (
            reader.amount(node, "maxVelocity").unwrap_or(0),
            reader.amount_if(node, "maxReverseVelocity").unwrap_or(0),
        ),
        locked: reader.flag(node, "locked"),
        peripherals: children(node, "peripheralOperation")
            .map(peripheral)
            .collect(),
        envelopes: children(node, "vehicleEnvelope").count(),
        curved: drawn.is_some_and(|drawn| drawn != "DIRECT"),
        properties: properties(node),
    }
}

fn location_type<'d>(
    reader: &mut Reader<'_>,
    names: &mut Names<'d>,
    node: Node<'d, 'd>,
    i: usize,
) -> LocationType<'d> {
    reader.enter(&mut names.types, node, i);
    let all = |kind| {
        children(node, kind)
            .filter_map(|one| one.attribute("name"))
            .collect()
    };
    LocationType {
        operations: all("allowedOperation"),
        peripherals: all("allowedPeripheralOperation"),
    }
}

fn location<'d>(
    reader: &mut Reader<'_>,
    names: &mut Names<'d>,
    node: Node<'d, 'd>,
    i: usize,
) -> Location<'d> {
    let name = reader.enter(&mut names.locations, node, i);
    let links = children(node, "link").map(|link| Link {
        point: reader.find(&names.points, link, "point", "point"),
        operations: children(link, "allowedOperation")
            .filter_map(|one| one.attribute("name"))
            .collect(),
    });
    let links = links.collect();
    let x = reader.coordinate(node, &["positionX", "xPosition"]);
    let y = reader.coordinate(node, &["positionY", "yPosition"]);
    Location {
        name,
        at: (x.unwrap_or(0.0), y.unwrap_or(0.0)),
        kind: reader.find(&names.types, node, "type", "location type"),
        locked: reader.flag(node, "locked"),
        links,
        properties: properties(node),
    }
}

fn vehicle<'d>(
    reader: &mut Reader<'_>,
    seen: &mut Index<'d>,
    node: Node<'d, 'd>,
    i: usize,
) -> Vehicle<'d> {
    let name = reader.enter(seen, node, i);
    let body = children(node, "boundingBox").next();
    let size = match body {
        Some(body) => (reader.amount(body, "length"), reader.amount(body, "width")),
        None => (reader.amount_if(node, "length"), None),
    };
    let offset = |key| {
        body.and_then(|body| body.attribute(key))
            .is_some_and(|v| v.trim() != "0")
    };
    let energy = [
        "energyLevelCritical",
        "energyLevelGood",
        "energyLevelSufficientlyRecharged",
        "energyLevelFullyRecharged",
    ];
    Vehicle {
        name,
        size,
        off_centre: offset("referenceOffsetX") || offset("referenceOffsetY"),
        envelope: node.has_attribute("envelopeKey"),
        energy: energy.map(|key| reader.amount_if(node, key)),
        speed: (
            reader.amount_if(node, "maxVelocity"),
            reader.amount_if(node, "maxReverseVelocity"),
        ),
        properties: properties(node),
    }
}

fn block<'d>(
    reader: &mut Reader<'_>,
    seen: &mut Index<'d>,
    node: Node<'d, 'd>,
    i: usize,
) -> Block<'d> {
    let name = reader.enter(seen, node, i);
    let kind = node.attribute("type").unwrap_or("SINGLE_VEHICLE_ONLY");
    if !["SINGLE_VEHICLE_ONLY", "SAME_DIRECTION_ONLY"].contains(&kind) {
        reader.word(
            node,
            "type",
            kind,
            "SINGLE_VEHICLE_ONLY, SAME_DIRECTION_ONLY",
        );
    }
    Block {
        name,
        kind,
        members: children(node, "member").collect(),
        properties: properties(node),
    }
}
