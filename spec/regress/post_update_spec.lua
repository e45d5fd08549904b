-- post_update: keys of rows that are about to go are cleared before, with the foreign keys in force.
local la = require "lualchemy"
local support = require "spec.support"

for db in support.databases() do
  describe("post_update in " .. db.name, function()
    local engine, sent
    local function watch()
      sent = {}
      la.event.listen(engine, "before_cursor_execute", function(_, _, sql, _, _, many)
        local verb, t = sql:match "^(%u+) F?R?O?M? ?(%l+)"
        if verb == "UPDATE" or verb == "DELETE" then sent[#sent + 1] = verb .. " " .. t .. (many and " many" or "") end
      end)
    end

    before_each(function()
      engine = db:engine()
      if db.name == "sqlite" then
        la.event.listen(engine, "connect", function(dbapi) dbapi:execute "PRAGMA foreign_keys = ON" end)
      end
    end)
    after_each(function() engine:dispose() end)

    it("updates no row that refers to nothing", function()
      local Base = la.declarative_base()
      local Node = Base:class("Node", {
        __tablename__ = "node",
        id       = la.Column{la.Integer, primary_key = true},
        other_id = la.Column{la.Integer, la.ForeignKey "node.id"},
        other    = la.relationship{"Node", post_update = true, remote_side = "Node.id"},
      })
      Base.metadata:create_all(engine)
      la.Session(engine, function(session)
        local node = Node()
        session:add(node)
        session:commit()
        watch()
        session:delete(node)
        session:commit()
        assert.same({"DELETE node"}, sent)
      end)
      Base.metadata:drop_all(engine)
    end)

    it("deletes two tables that point at each other", function()
      local Base, Person = la.declarative_base(), nil
      local Ball = Base:class("Ball", {
        __tablename__ = "ball",
        id        = la.Column{la.Integer, primary_key = true},
        person_id = la.Column{la.Integer, la.ForeignKey "person.id"},
      })
      Person = Base:class("Person", {
        __tablename__ = "person",
        id          = la.Column{la.Integer, primary_key = true},
        favorite_id = la.Column{la.Integer, la.ForeignKey("ball.id", {use_alter = true, name = "fk_favorite"})},
        balls    = la.relationship{"Ball", cascade = "all, delete-orphan",
          primaryjoin = function() return Person.id:eq(Ball.person_id) end},
        favorite = la.relationship{"Ball", post_update = true,
          primaryjoin = function() return Person.favorite_id:eq(Ball.id) end},
      })
      Base.metadata:create_all(engine)
      la.Session(engine, function(session)
        local balls = {Ball(), Ball()}
        local one = Person{balls = balls, favorite = balls[1]}
        session:add(one)
        session:commit()
        assert.equal(balls[1], one.favorite)
        watch()
        session:delete(one)
        session:commit()
        assert.same({"UPDATE person", "DELETE ball many", "DELETE person"}, sent)
        assert.equal(0, session:scalar(la.select(la.func.count(Ball.id))))
      end)
    end)

    it("deletes a ring of rows", function()
      local Base, Node = la.declarative_base(), nil
      Node = Base:class("Node", {
        __tablename__ = "node",
        id      = la.Column{la.Integer, primary_key = true},
        next_id = la.Column{la.Integer, la.ForeignKey "node.id"},
        next    = la.relationship{"Node", post_update = true, remote_side = function() return Node.id end},
      })
      Base.metadata:create_all(engine)
      la.Session(engine, function(session)
        local nodes = {Node{id = 1}, Node{id = 2}, Node{id = 3}}
        for i, node in ipairs(nodes) do node.next = nodes[i % 3 + 1] end
        session:add_all(nodes)
        watch()
        session:commit()
        assert.same({"UPDATE node many"}, sent)
        sent = {}
        for _, node in ipairs(session:scalars(la.select(Node)):all()) do session:delete(node) end
        session:commit()
        assert.same({2, "UPDATE node many", "DELETE node many"}, {#sent, sent[1], sent[2]})
      end)
    end)
  end)
end
