--- Dialect objects: la.postgresql.dialect(), la.mysql.dialect{is_mariadb = true}.
--
-- Attributes are SQLAlchemy's (`dialect.server_version_info = {8, 0, 17}`) and may be set.
local args = require "lualchemy.args"
local core = require "lualchemy.core"
local err = require "lualchemy.error"

local dialect = {}

local Dialect = {__name = "lualchemy.Dialect"}
local methods = {}

--- Attributes that are numbers; the others say yes or no.
local NUMBERS = {
  max_identifier_length = true, max_index_name_length = true, max_constraint_name_length = true, label_length = true,
  insertmanyvalues_page_size = true, insertmanyvalues_max_parameters = true, insertmanyvalues_implicit_sentinel = true,
}

--- What is the same for all dialects, or follows from their names.
local PARAMSTYLES = {sqlite = "qmark", postgresql = "pyformat", mysql = "format", mariadb = "format"}
--- The drivers that SQLAlchemy takes unless the URL says another.
local DRIVERS = {sqlite = "pysqlite", postgresql = "psycopg2", mysql = "mysqldb", mariadb = "mysqldb", mssql = "pyodbc",
  oracle = "cx_oracle"}
local FIXED = {
  driver = function(self) return DRIVERS[self.name] end,
  default_paramstyle = function(self) return PARAMSTYLES[self.name] or "named" end,
  positional = function(self) return self.paramstyle ~= "named" and self.paramstyle ~= "pyformat" end,
  is_async = function() return false end,
  update_executemany_returning = function(self) return self.name == "oracle" end,
  delete_executemany_returning = function(self) return self.name == "oracle" end,
}

--- Attributes: those of the core, what is kept in the object, and what follows from the name.
local function read(self, key)
  if key == "identifier_preparer" then return require("lualchemy.sql.preparer").new(self) end
  local method = methods[key]
  if method then return method end
  local value = core.dialect_get(self.core, key)
  if value == nil then return FIXED[key] and FIXED[key](self) end
  if value == -1 then return nil end
  if type(value) == "number" and not NUMBERS[key] then return value ~= 0 end
  return value
end
Dialect.__index = read

Dialect.__newindex = function(self, key, value)
  if type(value) == "function" or not core.dialect_set(self.core, key, value) then rawset(self, key, value) end
end
Dialect.__tostring = function(self) return "lualchemy." .. self.name .. ".dialect" end

--- The name as an identifier, quoted where it must be.
function methods:quote_identifier(name) return core.dialect_quote(self.core, name, false) end

--- Raises where a name is longer than the dialect's names may be.
function methods:validate_identifier(name)
  local max = self.max_identifier_length
  if name and max and #name > max then
    err.raise("IdentifierError", "Identifier '%s' exceeds maximum length of %d characters", name, max)
  end
end

--- The dialect's own type for one of all dialects; others are as good as they are.
function methods:type_descriptor(t)
  local type_class = require "lualchemy.sql.type_class"
  local node = core.element(t)
  if type_class.of("TYPEDECORATOR"):is(node) then return node end
  return core.type_impl(node, self.core, self)
end

--- Methods that a module has whom nobody needs who only compiles: loaded with their first use.
--- @param module string
--- @param names string[]
function dialect.late(module, names)
  for _, name in ipairs(names) do
    methods[name] = function(...) return require(module)[name](...) end
  end
end

--- The objects by what their instances are; they live as long as somebody else has them.
local objects = setmetatable({}, {__mode = "v"})

--- The object of an instance.
function dialect.of(instance)
  local key = core.dialect_key(instance)
  if not objects[key] then
    objects[key] = setmetatable({core = instance, name = core.dialect_get(instance, "name")}, Dialect)
  end
  return objects[key]
end

--- A dialect object of that name, with attributes.
function dialect.create(name, attributes)
  local instance = core.dialect(name)
  if not instance then
    err.raise("NoSuchModuleError", "Can't load plugin: sqlalchemy.dialects:%s; there are %s", tostring(name),
      table.concat(core.dialects, ", "))
  end
  local self = dialect.of(instance)
  for k, v in pairs(attributes or {}) do self[k] = v end
  return self
end

--- Is x a dialect object?
function dialect.is(x) return type(x) == "table" and getmetatable(x) == Dialect end

local named = {}

--- The dialect that compile's argument means: an object, a name, or nil for the one of tostring().
function dialect.resolve(x)
  if dialect.is(x) then return x end
  if type(x) == "table" and dialect.is(x.dialect) then return x.dialect end
  local name = x == nil and "str" or x
  if type(name) ~= "string" then
    err.raise("ArgumentError", "compile: argument 'dialect' must be a name or a dialect, got %s", type(x))
  end
  name = name:match("^(%w+)%+") or name
  if not named[name] then named[name] = dialect.create(name) end
  return named[name]
end

--- la.<name>.dialect: called with keywords it makes an object.
function dialect.class_of(name)
  return setmetatable({name = name, is = function(_, x) return dialect.is(x) and x.name == name end}, {
    __call = function(_, ...)
      local only = ...
      if select("#", ...) > 0 and not args.is_options(only) then
        err.raise("ArgumentError", "%s.dialect: takes keywords in a table", name)
      end
      return dialect.create(name, only)
    end,
    __tostring = function() return "la." .. name .. ".dialect" end,
  })
end

--- The drivers that a URL means that names none.
dialect.DRIVERS = DRIVERS

return dialect
