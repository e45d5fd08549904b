-- debian_packages.lua - reads this machine's Debian package database through the ORM, and reports on it.
--   lua5.4 examples/debian_packages.lua [--url URL] [FILE]
-- FILE is a dpkg status or Packages file; without it /var/lib/dpkg/status is read. A second run finds
-- everything there and changes nothing. One load is one transaction: all of it, or nothing.
local la = require "lualchemy"

local Base = la.declarative_base()

local dependency = la.Table("dependency", Base.metadata,
  la.Column("package_id", la.Integer, la.ForeignKey("package.id"), {primary_key = true}),
  la.Column("needed_id", la.Integer, la.ForeignKey("package.id"), {primary_key = true, index = true}))

local Maintainer = Base:class("Maintainer", {
  __tablename__ = "maintainer",
  id       = la.Column{la.Integer, primary_key = true},
  name     = la.Column{la.String(200), nullable = false, unique = true},
  packages = la.relationship{"Package", back_populates = "maintainer"},
})

local Package = Base:class("Package", {
  __tablename__ = "package",
  id            = la.Column{la.Integer, primary_key = true},
  name          = la.Column{la.String(200), nullable = false, unique = true},
  section       = la.Column{la.String(80), index = true},
  maintainer_id = la.Column{la.Integer, la.ForeignKey("maintainer.id"), index = true},
  maintainer    = la.relationship{"Maintainer", back_populates = "packages"},
  releases      = la.relationship{"Release", back_populates = "package", cascade = "all, delete-orphan"},
  needs         = la.relationship{"Package", secondary = dependency,
    primaryjoin = function() return la.foreign(dependency.c.package_id):eq(Base.metadata.tables.package.c.id) end,
    secondaryjoin = function() return la.foreign(dependency.c.needed_id):eq(Base.metadata.tables.package.c.id) end,
    backref = "needed_by"},
})

local Release = Base:class("Release", {
  __tablename__ = "release",
  id           = la.Column{la.Integer, primary_key = true},
  package_id   = la.Column{la.Integer, la.ForeignKey("package.id"), nullable = false},
  version      = la.Column{la.String(120), nullable = false},
  architecture = la.Column{la.String(40), nullable = false},
  size         = la.Column{la.BigInteger},
  package      = la.relationship{"Package", back_populates = "releases"},
  __table_args__ = {la.UniqueConstraint("package_id", "version", "architecture")},
})

-- ---- reading ----

local function read_arguments()
  local url, file = "sqlite:///debian_packages.db", nil
  local i = 1
  while arg[i] do
    if arg[i] == "--url" then
      url, i = arg[i + 1], i + 2
    else
      file, i = arg[i], i + 1
    end
  end
  return url, file or "/var/lib/dpkg/status"
end

--- What is wrong with a stanza, or nil.
local function problem_of(stanza)
  if stanza.bad then return stanza.bad end
  for _, field in ipairs{"Package", "Version", "Architecture"} do
    if not stanza[field] or stanza[field] == "" then return "no field '" .. field .. "'" end
  end
  if stanza["Installed-Size"] and not stanza["Installed-Size"]:match("^%d+$") then
    return "Installed-Size is no number"
  end
end

--- Iterates over the stanzas of a file: a table of fields with the line it began at.
local function stanzas(file)
  local handle, reason = io.open(file)
  if not handle then
    io.stderr:write("cannot read " .. tostring(reason) .. "\n")
    os.exit(1)
  end
  local number, total = 0, handle:seek("end")
  handle:seek("set")
  local function next_stanza()
    local stanza
    for line in handle:lines() do
      number = number + 1
      if line:match("^%s*$") then
        if stanza then return stanza, handle:seek(), total end
      else
        stanza = stanza or {line = number}
        local field, value = line:match("^([%w-]+):%s*(.-)%s*$")
        if field then
          stanza[field] = value
        elseif not line:match("^[ \t]") then
          stanza.bad = stanza.bad or ("line %d is neither a field nor a continuation"):format(number)
        end
      end
    end
    return stanza, total, total
  end
  return next_stanza
end

--- Names of the packages in a Depends field: alternatives count by their first.
local function names_in(depends)
  local names, seen = {}, {}
  for part in (depends or ""):gmatch("[^,]+") do
    local name = part:match("^%s*([%w+.-]+)")
    if name and not seen[name] then
      seen[name] = true
      names[#names + 1] = name
    end
  end
  return names
end

-- ---- progress ----

local terminal = os.getenv("TERM") and os.getenv("TERM") ~= "dumb" and io.popen and (function()
  local pipe = io.popen("test -t 2 && echo yes")
  local answer = pipe and pipe:read("*l")
  if pipe then pipe:close() end
  return answer == "yes"
end)()

local shown = -1
local function progress(label, part, whole)
  if not terminal then return end
  local percent = whole > 0 and math.floor(100 * part / whole) or 100
  if percent == shown then return end
  shown = percent
  local filled = math.floor(percent / 2.5)
  io.stderr:write(("\r%-8s [%s%s] %3d %%"):format(label, ("#"):rep(filled), ("."):rep(40 - filled), percent))
  if percent >= 100 then io.stderr:write("\n") end
  io.stderr:flush()
end

-- ---- loading ----

--- All objects of a class by an attribute.
local function by(session, class, key)
  local found = {}
  for object in session:scalars(la.select(class)) do found[object[key]] = object end
  return found
end

--- Sets an attribute if it differs; true if it did.
local function put(object, key, value)
  if object[key] == value then return false end
  object[key] = value
  return true
end

local function release_of(session, package, known, stanza)
  local id = table.concat({stanza.Package, stanza.Version, stanza.Architecture}, "\0")
  local size = tonumber(stanza["Installed-Size"])
  local release = known[id]
  if release then return put(release, "size", size) end
  known[id] = Release{package = package, version = stanza.Version, architecture = stanza.Architecture, size = size}
  session:add(known[id])
  return true
end

local function known_releases(session, packages)
  local names, known = {}, {}
  for name, package in pairs(packages) do names[package.id] = name end
  for release in session:scalars(la.select(Release)) do
    known[table.concat({names[release.package_id], release.version, release.architecture}, "\0")] = release
  end
  return known
end

local function link_dependencies(session, packages, wanted)
  local rows, have = {}, {}
  for row in session:execute(la.select(dependency)) do have[row.package_id .. ":" .. row.needed_id] = true end
  for name, names in pairs(wanted) do
    for _, needed in ipairs(names) do
      local from, to = packages[name], packages[needed]
      if to and not have[from.id .. ":" .. to.id] then rows[#rows + 1] = {package_id = from.id, needed_id = to.id} end
    end
  end
  if #rows > 0 then session:execute(dependency:insert(), rows) end
  return #rows
end

local function load(session, file)
  local packages, maintainers = by(session, Package, "name"), by(session, Maintainer, "name")
  local releases = known_releases(session, packages)
  local wanted, count = {}, {read = 0, changed = 0, skipped = 0}
  for stanza, at, total in stanzas(file) do
    local problem = problem_of(stanza)
    if problem then
      io.stderr:write(("%s:%d: stanza skipped: %s\n"):format(file, stanza.line, problem))
      count.skipped = count.skipped + 1
    else
      count.read = count.read + 1
      local name, who = stanza.Package, stanza.Maintainer or "unknown"
      local package = packages[name]
      local changed = not package
      if changed then
        package = Package{name = name}
        packages[name] = package
        session:add(package)
      end
      if not maintainers[who] then
        maintainers[who] = Maintainer{name = who}
        session:add(maintainers[who])
      end
      changed = put(package, "section", stanza.Section) or changed
      if package.maintainer_id == nil or package.maintainer_id ~= maintainers[who].id then
        package.maintainer = maintainers[who]
        changed = true
      end
      changed = release_of(session, package, releases, stanza) or changed
      wanted[name] = names_in(stanza.Depends)
      if changed then count.changed = count.changed + 1 end
    end
    progress("reading", at, total)
  end
  session:flush()
  count.linked = link_dependencies(session, packages, wanted)
  return count
end

-- ---- the report ----

local function bar(n, most) return ("#"):rep(math.max(1, math.floor(40 * n / most))) end

local function largest(session)
  print("\nLargest packages")
  local stmt = la.select(Package.name,
    la.func.max(Release.size):label("size")):join(Package.releases):where(Release.size:is_not(nil))
    :group_by(Package.name):order_by(la.desc("size"), Package.name):limit(10)
  for row in session:execute(stmt) do print(("  %-36s %8.1f MB"):format(row.name, row.size / 1024)) end
end

local function busiest(session)
  print("\nBusiest maintainers")
  local n = la.func.count(Package.id):label("n")
  local stmt = la.select(Maintainer.name, n):join(Maintainer.packages):group_by(Maintainer.name):order_by(n:desc(),
    Maintainer.name):limit(10)
  for row in session:execute(stmt) do print(("  %4d  %s"):format(row.n, row.name)) end
end

local function sections(session)
  print("\nPackages by section")
  local n = la.func.count(Package.id):label("n")
  local stmt = la.select(la.func.coalesce(Package.section, "(none)"):label("section"),
    n):group_by("section"):order_by(n:desc(), "section"):limit(15)
  local rows = session:execute(stmt):all()
  for _, row in ipairs(rows) do print(("  %-18s %5d %s"):format(row.section, row.n, bar(row.n, rows[1].n))) end
end

--- The depth of every package below those that nothing needs: one recursive query. Circles end at `limit`.
local function deepest(session, limit)
  print("\nDeepest dependency chains")
  local needed = la.select(dependency.c.needed_id)
  local chain = la.select(Package.id:label("id"),
    la.literal(0):label("depth")):where(Package.id:not_in(needed)):cte("chain", {recursive = true})
  chain = chain:union(la.select(dependency.c.needed_id, chain.c.depth + 1):join(chain,
    dependency.c.package_id:eq(chain.c.id))
    :where(chain.c.depth:lt(limit)))
  local depth = la.func.max(chain.c.depth):label("depth")
  local stmt = la.select(Package.name, depth):join(chain,
    chain.c.id:eq(Package.id)):group_by(Package.name):order_by(depth:desc(), Package.name):limit(10)
  for row in session:execute(stmt) do print(("  %3d  %s"):format(row.depth, row.name)) end
end

local url, file = read_arguments()
local engine = la.create_engine(url)
Base.metadata:create_all(engine)
la.Session(engine, function(session)
  local count = load(session, file)
  session:commit()
  print(("%d stanzas read, %d packages new or changed, %d dependencies added, %d stanzas skipped"):format(count.read,
    count.changed,
    count.linked, count.skipped))
  print(("%d packages, %d releases, %d maintainers in %s"):format(session:scalar(la.select(la.func.count(Package.id))),
    session:scalar(la.select(la.func.count(Release.id))), session:scalar(la.select(la.func.count(Maintainer.id))),
      tostring(engine.url)))
  largest(session)
  busiest(session)
  sections(session)
  deepest(session, 12)
end)
