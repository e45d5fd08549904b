-- From rows to objects: what holds whichever part of the work C does.
local support = require "spec.support"
local la = require "lualchemy"

for db in support.databases() do
  describe("loading objects, " .. db.name, function()
    local engine, session, Base, Owner, Pet

    before_each(function()
      engine = db:engine()
      Base = la.declarative_base()
      Owner = Base:class("Owner", {
        __tablename__ = "owner",
        id = la.Column{la.Integer, primary_key = true},
        name = la.Column{la.String(30)},
        note = la.Column{la.String(30)},
        pets = la.relationship{"Pet", back_populates = "owner", order_by = "Pet.id"},
      })
      Pet = Base:class("Pet", {
        __tablename__ = "pet",
        id = la.Column{la.Integer, primary_key = true},
        owner_id = la.Column{la.Integer, la.ForeignKey "owner.id"},
        name = la.Column{la.String(30)},
        owner = la.relationship{"Owner", back_populates = "pets"},
      })
      Base.metadata:create_all(engine)
      engine:begin(function(conn)
        conn:execute(la.insert(Owner), {{id = 1, name = "ann", note = "a"}, {id = 2, name = "bob", note = la.NULL},
          {id = 3, name = la.NULL, note = la.NULL}})
        conn:execute(la.insert(Pet), {{id = 1, owner_id = 1, name = "rex"}, {id = 2, owner_id = 1, name = "tom"},
          {id = 3, owner_id = 2, name = "ivy"}, {id = 4, owner_id = la.NULL, name = "max"}})
      end)
      session = la.Session(engine)
    end)

    after_each(function()
      session:close()
      Base.metadata:drop_all(engine)
      engine:dispose()
    end)

    local function owners(...) return la.select(Owner):order_by(Owner.id):options(...) end
    local function all(stmt) return session:scalars(stmt):unique():all() end

    local function names(list)
      local out = {}
      for i, x in ipairs(list) do out[i] = x ~= la.NULL and tostring(x.name) or "-" end
      return table.concat(out, " ")
    end

    describe("listeners that come after the statement was cached", function()
      it("hear of each new object, in the order of the rows", function()
        all(owners())
        session:expunge_all()
        local heard = {}
        local function hear(owner) heard[#heard + 1] = owner.id end
        la.event.listen(Owner, "load", hear)
        all(owners())
        assert.same({1, 2, 3}, heard)
        all(owners())
        assert.same({1, 2, 3}, heard)
        la.event.remove(Owner, "load", hear)
      end)

      it("hear of joined objects", function()
        local stmt = la.select(Pet):order_by(Pet.id):options(la.joinedload(Pet.owner))
        all(stmt)
        session:expunge_all()
        local heard = {}
        la.event.listen(session, "loaded_as_persistent", function(_, x) heard[#heard + 1] = x.name end)
        all(stmt)
        assert.same({"rex", "ann", "tom", "ivy", "bob", "max"}, heard)
      end)

      it("may raise: the error arrives, and the session goes on", function()
        all(owners())
        session:expunge_all()
        local function refuse(owner)
          if owner.id == 2 then error("not this one", 0) end
        end
        la.event.listen(Owner, "load", refuse)
        assert.has_error(function() all(owners()) end, "not this one")
        la.event.remove(Owner, "load", refuse)
        assert.equal("ann bob nil", names(all(owners())))
      end)
    end)

    describe("objects that the session has", function()
      it("are given again, as they are", function()
        local list = all(owners())
        list[1].name = "changed"
        engine:dispose()
        local again = session:no_autoflush(function() return all(owners()) end)
        for i = 1, 3 do assert.is_true(rawequal(list[i], again[i])) end
        assert.equal("changed bob nil", names(again))
      end)

      it("are filled when they had expired, and shared their state", function()
        local list = all(owners())
        session:expire(list[1])
        session:expire(list[2], {"note"})
        list[3].name = "pending"
        session:expire(list[3], {"note"})
        session:no_autoflush(function() all(owners()) end)
        local told = 0
        la.event.listen(engine, "before_cursor_execute", function() told = told + 1 end)
        assert.equal("ann bob pending", names(list))
        assert.equal("a", list[1].note)
        assert.is_nil(list[3].note)
        assert.equal(0, told)
        assert.is_true(session:is_modified(list[3]))
        assert.is_false(session:is_modified(list[1]))
      end)

      it("are overwritten by populate_existing", function()
        local list = all(owners())
        list[2].name = "changed"
        session:no_autoflush(function() all(owners():execution_options{populate_existing = true}) end)
        assert.equal("bob", list[2].name)
      end)
    end)

    it("keeps changes when what had expired is read", function()
      local ann = session:get(Owner, 1)
      ann.name = "anna"
      session:expire(ann, {"note"})
      assert.equal("a", ann.note)
      session:commit()
      assert.equal("anna", session:scalar(la.select(Owner.name):where(Owner.id:eq(1))))
    end)

    it("gives nothing for a row without key", function()
      local rows = session:execute(la.select(Pet, Owner):outerjoin(Pet.owner):order_by(Pet.id)):all()
      assert.equal("rex", rows[1].Pet.name)
      assert.equal("ann", rows[1].Owner.name)
      assert.is_nil(rows[4].Owner)
      local only = la.select(Owner):select_from(Pet):outerjoin(Pet.owner):order_by(Pet.id)
      assert.equal("ann ann bob -", names(session:scalars(only):all()))
    end)

    it("gives objects, columns and bundles in one row", function()
      local bundle = la.Bundle("pair", Pet.name, la.Bundle("inner", Pet.id))
      local rows = session:execute(la.select(Owner, Pet.name, bundle):join(Owner.pets):order_by(Pet.id)):all()
      assert.equal(3, #rows)
      assert.equal("ann", rows[2].Owner.name)
      assert.equal("tom", rows[2].name)
      assert.equal("tom", rows[2].pair.name)
      assert.equal(2, rows[2].pair.inner.id)
      assert.is_true(rawequal(rows[1][1], rows[2][1]))
    end)

    it("joins collections, once for each item, in the order of the rows", function()
      local told = 0
      local list = all(owners(la.joinedload(Owner.pets)))
      la.event.listen(engine, "before_cursor_execute", function() told = told + 1 end)
      assert.equal("rex tom", names(list[1].pets))
      assert.equal("ivy", names(list[2].pets))
      assert.equal("", names(list[3].pets))
      assert.equal(0, told)
      assert.is_true(rawequal(list[1], list[1].pets[1].owner))
    end)

    it("joins what is joined to what is joined", function()
      local list = all(la.select(Pet):order_by(Pet.id):options(la.joinedload(Pet.owner):joinedload(Owner.pets)))
      assert.equal("rex tom", names(list[2].owner.pets))
      assert.is_nil(list[4].owner)
    end)

    it("tells rows apart by their objects, not by what these print", function()
      Owner.__tostring = function() return "owner" end
      local rows = session:execute(la.select(Owner, la.literal(1):label("one")):join(Owner.pets):order_by(Owner.id))
      assert.equal(2, #rows:unique():all())
    end)

    it("leaves a collection that was loaded before", function()
      local ann = session:get(Owner, 1)
      ann.pets:remove(ann.pets[1])
      session:no_autoflush(function() all(owners(la.joinedload(Owner.pets))) end)
      assert.equal("tom", names(ann.pets))
    end)

    it("selects related objects afterwards, for rows that repeat once", function()
      local told = 0
      la.event.listen(engine, "before_cursor_execute", function() told = told + 1 end)
      local rows = session:execute(la.select(Owner, Pet.id):join(Owner.pets):options(la.selectinload(Owner.pets))
        :order_by(Pet.id)):all()
      assert.equal("rex tom", names(rows[1].Owner.pets))
      assert.equal("ivy", names(rows[3].Owner.pets))
      assert.equal(2, told)
    end)

    it("selects an item that is associated twice once", function()
      local club = la.Table("club", Base.metadata, la.Column("owner_id", la.ForeignKey "owner.id"),
        la.Column("pet_id", la.ForeignKey "pet.id"))
      local Keeper = Base:class("Keeper", {__table__ = Owner.__table__,
        all = la.relationship{"Pet", secondary = club, viewonly = true, order_by = "Pet.id"}})
      Base.metadata:create_all(engine)
      engine:begin(function(conn)
        local pairs_ = {}
        for i = 1, 40 do pairs_[i] = {owner_id = 1 + i % 2, pet_id = 1 + i % 4} end
        conn:execute(la.insert(club), pairs_)
      end)
      for _, option in ipairs{la.selectinload, la.joinedload, la.lazyload} do
        session:expunge_all()
        local list = session:scalars(la.select(Keeper):order_by(Keeper.id):options(option(Keeper.all))):unique():all()
        assert.equal("rex ivy", names(list[1].all))
        assert.equal("tom max", names(list[2].all))
      end
    end)

    it("keeps objects that nobody holds yet from the collector", function()
      engine:begin(function(conn)
        local rows = {}
        for i = 10, 400 do rows[#rows + 1] = {id = i, name = "n" .. i, note = la.NULL} end
        conn:execute(la.insert(Owner), rows)
      end)
      local Loud = la.types.TypeDecorator:class("Loud", {impl = la.String, cache_ok = true,
        process_result_value = function(_, value)
          collectgarbage("step", 0)
          return value and value:upper()
        end})
      local list = session:execute(la.select(Owner, la.type_coerce(Owner.name, Loud(30)):label("loud"))
        :where(Owner.id:ge(10)):order_by(Owner.id)):all()
      for i, row in ipairs(list) do
        assert.equal("n" .. i + 9, row[1].name)
        assert.equal("N" .. i + 9, row.loud)
      end
    end)

    it("gives chunks, and lets go of them", function()
      local seen, next_list = {}, session:scalars(owners():execution_options{yield_per = 2}):partitions()
      local function take()
        local list = next_list()
        seen[#seen + 1] = list and #list
        return list ~= nil
      end
      while take() do
        collectgarbage()
        collectgarbage()
        assert.equal(0, #session.identity_map)
      end
      assert.same({2, 1}, seen)
    end)

    it("gives each element of single rows by its place", function()
      local result = session:execute(la.select(Owner, Owner.name):order_by(Owner.id))
      assert.same({"ann", "bob", la.NULL}, result:scalars(2):all())
      assert.same({"ann", "bob", la.NULL}, session:scalars(la.select(Owner.name):order_by(Owner.id)):all())
      assert.equal("ann", session:scalars(owners()):first().name)
      assert.equal("bob", session:scalars(owners():offset(1):limit(1)):one().name)
    end)
  end)

  describe("objects of several classes, " .. db.name, function()
    local engine, session, Base, Shape, Circle, Square

    before_each(function()
      engine, Base = db:engine(), la.declarative_base()
      Shape = Base:class("Shape", {
        __tablename__ = "shape",
        id = la.Column{la.Integer, primary_key = true},
        kind = la.Column{la.String(10)},
        name = la.Column{la.String(10)},
        __mapper_args__ = {polymorphic_on = "kind", polymorphic_identity = "shape"},
      })
      Circle = Shape:class("Circle", {r = la.Column{la.Integer}, __mapper_args__ = {polymorphic_identity = "circle"}})
      Square = Shape:class("Square", {side = la.Column{la.Integer},
        __mapper_args__ = {polymorphic_identity = "square"}})
      Base.metadata:create_all(engine)
      session = la.Session(engine)
      session:add_all{Circle{id = 1, name = "c", r = 3}, Square{id = 2, side = 4}, Shape{id = 3, name = "s"}}
      session:commit()
      session:expunge_all()
    end)

    after_each(function()
      session:close()
      Base.metadata:drop_all(engine)
      engine:dispose()
    end)

    local function shapes() return session:scalars(la.select(la.with_polymorphic(Shape, "*")):order_by("id")):all() end

    it("are of the class that their row names, with its columns", function()
      local list = shapes()
      local told = 0
      la.event.listen(engine, "before_cursor_execute", function() told = told + 1 end)
      local function class_of(x) return la.inspect(x).mapper.class_ end
      assert.is_true(class_of(list[1]) == Circle and class_of(list[2]) == Square and class_of(list[3]) == Shape)
      assert.equal(3, list[1].r)
      assert.equal(4, list[2].side)
      assert.equal("s", list[3].name)
      assert.is_nil(list[2].name)
      assert.equal(0, told)
    end)

    it("are found again, and filled where they had expired", function()
      local list = shapes()
      session:expire(list[1])
      local again, told = shapes(), 0
      la.event.listen(engine, "before_cursor_execute", function() told = told + 1 end)
      for i = 1, 3 do assert.is_true(rawequal(list[i], again[i])) end
      assert.equal(3, list[1].r)
      assert.equal(0, told)
    end)

    it("tell listeners of their own class, that come late", function()
      shapes()
      session:expunge_all()
      local heard = {}
      local function hear(x) heard[#heard + 1] = x.id end
      la.event.listen(Square, "load", hear)
      shapes()
      la.event.remove(Square, "load", hear)
      assert.same({2}, heard)
    end)

    it("must be of a class that is known", function()
      engine:begin(function(conn)
        conn:execute(la.insert(Shape.__table__), {id = 9, kind = "blob", name = "b"})
      end)
      assert.has_error(shapes)
      assert.equal("c", session:get(Shape, 1).name)
    end)
  end)

  describe("keys of every sort, " .. db.name, function()
    local engine, session, Base

    before_each(function()
      engine, Base = db:engine(), la.declarative_base()
      session = la.Session(engine)
    end)

    after_each(function()
      session:close()
      Base.metadata:drop_all(engine)
      engine:dispose()
    end)

    it("finds the same object again: several columns", function()
      local Seat = Base:class("Seat", {__tablename__ = "seat", row = la.Column{la.String(2), primary_key = true},
        number = la.Column{la.Integer, primary_key = true, autoincrement = false}, who = la.Column{la.String(10)}})
      Base.metadata:create_all(engine)
      session:add_all{Seat{row = "A", number = 1, who = "ann"}, Seat{row = "A", number = 2, who = "bob"},
        Seat{row = "B", number = 1}}
      session:commit()
      session:expunge_all()
      local stmt = la.select(Seat):order_by(Seat.row, Seat.number)
      local list, again = session:scalars(stmt):all(), session:scalars(stmt):all()
      for i = 1, 3 do assert.is_true(rawequal(list[i], again[i])) end
      assert.equal("bob", list[2].who)
      assert.equal("A", list[2].row)
      assert.is_true(rawequal(list[2], session:get(Seat, {"A", 2})))
      local other = la.aliased(Seat)
      local rows = session:execute(la.select(Seat, other):outerjoin(other, la.and_(other.row:eq(Seat.row),
        other.number:eq(Seat.number + 1))):order_by(Seat.row, Seat.number)):all()
      assert.is_true(rawequal(list[2], rows[1][2]))
      assert.is_nil(rows[2][2])
    end)

    local sorts = {
      String = {la.String(20), "k", "key"}, Uuid = {la.Uuid, la.uuid4(), la.uuid4()},
      Date = {la.Date, la.date(2020, 1, 2), la.date(2021, 1, 2)},
      Numeric = {la.Numeric(8, 2), la.Decimal "1.50", la.Decimal "2.50"},
    }
    for name, sort in pairs(sorts) do
      it("finds the same object again: " .. name, function()
        local Thing = Base:class("Thing", {__tablename__ = "thing",
          id = la.Column{sort[1], primary_key = true, autoincrement = false},
          name = la.Column{la.String(10)}})
        Base.metadata:create_all(engine)
        session:add_all{Thing{id = sort[2], name = "a"}, Thing{id = sort[3], name = "b"}}
        session:commit()
        session:expunge_all()
        local stmt = la.select(Thing):order_by(Thing.name)
        local list, again = session:scalars(stmt):all(), session:scalars(stmt):all()
        assert.equal("a", list[1].name)
        assert.equal(sort[2], list[1].id)
        for i = 1, 2 do assert.is_true(rawequal(list[i], again[i])) end
        assert.is_true(rawequal(list[2], session:get(Thing, sort[3])))
      end)
    end
  end)
end
