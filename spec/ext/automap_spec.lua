-- Classes and relationships for tables that were read from a database.
local la = require "lualchemy"
local support = require "spec.support"

local function sorted(list)
  table.sort(list)
  return table.concat(list, " ")
end

local function attributes(cls) return sorted(la.inspect(cls).attrs:keys()) end

for db in support.databases() do
  describe("automap on " .. db.name, function()
    local engine

    before_each(function()
      engine = db:engine()
      local m = la.MetaData()
      la.Table("author", m, la.Column("id", la.Integer, {primary_key = true}), la.Column("name", la.String(30)))
      la.Table("book", m, la.Column("id", la.Integer, {primary_key = true}), la.Column("title", la.String(30)),
        la.Column("author_id", la.ForeignKey("author.id"), {nullable = false}))
      la.Table("tag", m, la.Column("id", la.Integer, {primary_key = true}), la.Column("word", la.String(30)))
      la.Table("book_tag", m, la.Column("book_id", la.ForeignKey("book.id"), {primary_key = true}),
        la.Column("tag_id", la.ForeignKey("tag.id"), {primary_key = true}))
      la.Table("shelf", m, la.Column("id", la.Integer, {primary_key = true}),
        la.Column("part_of", la.ForeignKey("shelf.id")))
      la.Table("keyless", m, la.Column("x", la.Integer))
      m:create_all(engine)
    end)
    after_each(function() engine:dispose() end)

    local function prepared(o)
      local Base = la.automap.automap_base()
      o = o or {}
      o.autoload_with = engine
      Base:prepare(o)
      return Base
    end

    it("makes a class for each table with a primary key", function()
      local Base = prepared()
      assert.equal("author book shelf tag", sorted(Base.classes:keys()))
      assert.equal("author", Base.classes.author.__table__.name)
      assert.equal(Base.classes.author, Base.by_module.sqlalchemy.ext.automap.author)
    end)

    it("makes relationships of foreign keys, in both directions", function()
      local c = prepared().classes
      assert.equal("author author_id id tag_collection title", attributes(c.book))
      assert.equal("book_collection id name", attributes(c.author))
      assert.equal("book_collection id word", attributes(c.tag))
      assert.equal("id part_of shelf shelf_collection", attributes(c.shelf))
      assert.is_true(la.inspect(c.author).relationships.book_collection.cascade.delete_orphan)
      assert.is_false(la.inspect(c.shelf).relationships.shelf_collection.cascade.delete)
    end)

    it("maps them as if they had been written", function()
      local c = prepared().classes
      la.Session(engine, function(session)
        local book = c.book{title = "x", tag_collection = {c.tag{word = "w"}}}
        local ann = c.author{name = "ann", book_collection = {book}}
        session:add(ann)
        session:commit()
        local found = session:query(c.book):filter(c.book.tag_collection:any(c.tag.word:eq("w"))):one()
        assert.equal(book, found)
        assert.equal(ann, found.author)
        session:delete(ann)
        session:commit()
        assert.equal(0, session:query(c.book):count())
      end)
    end)

    it("keeps classes and relationships that are there", function()
      local Base = la.automap.automap_base()
      local Writer = Base:class("Writer", {__tablename__ = "author", works = la.relationship{"book",
        back_populates = "writer"}, loud = function(self) return self.name:upper() end})
      local ok, e = pcall(la.inspect, Writer)
      assert.is_false(ok)
      assert.is_true(la.exc.UnmappedClassError:is(e))
      assert.matches("Mappings are not produced until the .prepare%(%) method", e.message)
      Base:prepare(engine)
      assert.is_nil(Base.classes.author)
      assert.equal("book_collection id name works", attributes(Writer))
      assert.equal("ANN", Writer{name = "ann"}:loud())
    end)

    it("asks functions for names and relationships", function()
      local directions = {}
      local c = prepared{
        classname_for_table = function(_, name) return (name:gsub("^%l", string.upper)) end,
        name_for_scalar_relationship = function(_, _, _, key) return (key.column_keys[1]:gsub("_id$", "")) .. "_" end,
        name_for_collection_relationship = function(_, _, referred) return referred.__name__ .. "s" end,
        generate_relationship = function(base, direction, make, name, here, there, options)
          directions[#directions + 1] = direction.name
          if direction == la.interfaces.MANYTOMANY then return nil end
          return la.automap.generate_relationship(base, direction, make, name, here, there, options)
        end,
      }.classes
      assert.equal("author_ author_id id title", attributes(c.Book))
      assert.equal("Books id name", attributes(c.Author))
      assert.matches("MANYTOMANY.*MANYTOONE.*ONETOMANY", sorted(directions))
    end)

    it("puts classes into modules", function()
      local Base = prepared{modulename_for_table = function(_, name)
        return name == "tag" and "shop.words" or nil
      end}
      assert.equal("author book shelf", sorted(Base.classes:keys()))
      assert.equal("tag", Base.by_module.shop.words.tag.__name__)
    end)

    it("can be prepared again, for tables that came later", function()
      local Base = la.automap.automap_base()
      Base:prepare{autoload_with = engine, reflection_options = {only = {"tag"}}}
      assert.equal("tag", sorted(Base.classes:keys()))
      Base:prepare{autoload_with = engine}
      assert.equal("author book shelf tag", sorted(Base.classes:keys()))
    end)
  end)

  describe("deferred reflection on " .. db.name, function()
    it("reads tables and maps classes when it is told to", function()
      local engine = db:engine()
      local m = la.MetaData()
      la.Table("a", m, la.Column("id", la.Integer, {primary_key = true}), la.Column("x", la.String(5)))
      la.Table("b", m, la.Column("id", la.Integer, {primary_key = true}))
      la.Table("ab", m, la.Column("a_id", la.ForeignKey("a.id")), la.Column("b_id", la.ForeignKey("b.id")))
      m:create_all(engine)
      local Base = la.declarative_base()
      local Reflected = Base:class("Reflected", la.DeferredReflection, {__abstract__ = true})
      local A = Reflected:class("A", {__tablename__ = "a", bs = la.relationship{"B", secondary = "ab"}})
      local B = Reflected:class("B", {__tablename__ = "b"})
      assert.has_error(function() la.inspect(A) end)
      assert.has_error(function() Reflected:prepare() end)
      Reflected:prepare(engine)
      assert.equal("bs id x", attributes(A))
      la.Session(engine, function(session)
        session:add(A{x = "1", bs = {B{}}})
        session:commit()
        assert.equal(1, #session:query(A):one().bs)
      end)
      engine:dispose()
    end)
  end)
end
