-- Which columns are read when: deferred ones, groups, load_only, with_expression, column_property, query_expression.
local la = require "lualchemy"
local orm = require "spec.support.orm"

describe("columns are read", function()
  local Base, Book, Author, session, sent

  before_each(function()
    Base = la.declarative_base()
    Author = Base:class("Author", {__tablename__ = "author", id = la.Column{la.Integer, primary_key = true},
      name = la.Column{la.String}, born = la.Column{la.Integer}})
    Book = Base:class("Book", {__tablename__ = "book", id = la.Column{la.Integer, primary_key = true},
      author_id = la.Column{la.Integer, la.ForeignKey("author.id")}, title = la.Column{la.String},
      summary = la.deferred(la.Column{la.String}), excerpt = la.deferred(la.Column{la.String}, {group = "texts"}),
      cover = la.deferred(la.Column{la.String}, {group = "texts"}),
      secret = la.deferred(la.Column{la.String}, {raiseload = true}),
      shout = la.query_expression(), author = la.relationship{"Author"}})
    session, sent = orm.open(Base)
    session:add(Book{id = 1, title = "t", summary = "s", excerpt = "e", cover = "c", secret = "x",
      author = Author{id = 1, name = "ann", born = 1900}})
    session:commit()
    session:expunge_all()
    sent()
  end)

  after_each(function() session:close() end)

  local function book(...) return session:scalars(la.select(Book):options(...)):one() end

  it("all at once, but for deferred ones", function()
    book()
    assert.same({"SELECT book.id, book.author_id, book.title FROM book"}, sent())
  end)

  it("by themselves where they are deferred", function()
    local b = book()
    sent()
    assert.equal("s", b.summary)
    assert.same({"SELECT book.summary AS book_summary FROM book WHERE book.id = ? [1]"}, sent())
    assert.equal("s", b.summary)
    assert.same({}, sent())
  end)

  it("with the others of their group", function()
    local b = book()
    sent()
    assert.equal("e", b.excerpt)
    assert.same({"SELECT book.excerpt AS book_excerpt, book.cover AS book_cover FROM book WHERE book.id = ? [1]"},
      sent())
    assert.equal("c", b.cover)
    assert.same({}, sent())
  end)

  it("at once with undefer and undefer_group", function()
    book(la.undefer(Book.summary))
    book(la.undefer_group("texts"))
    assert.same({"SELECT book.id, book.author_id, book.title, book.summary FROM book",
      "SELECT book.id, book.author_id, book.title, book.excerpt, book.cover FROM book"}, sent())
  end)

  it("later with defer", function()
    local b = book(la.defer(Book.title))
    assert.same({"SELECT book.id, book.author_id FROM book"}, sent())
    assert.equal("t", b.title)
    assert.same({"SELECT book.title AS book_title FROM book WHERE book.id = ? [1]"}, sent())
  end)

  it("never with raiseload, of the column or of defer()", function()
    local b = book(la.defer(Book.title, {raiseload = true}))
    for _, name in ipairs{"title", "secret"} do
      assert.matches("'Book." .. name .. "' is not available due to raiseload=True",
        orm.raises("InvalidRequestError", function() return b[name] end))
    end
  end)

  it("those named by load_only, and the key", function()
    local b = book(la.load_only(Book.title))
    assert.same({"SELECT book.id, book.title FROM book"}, sent())
    assert.equal(1, b.author_id)
    assert.same({"SELECT book.author_id AS book_author_id FROM book WHERE book.id = ? [1]"}, sent())
  end)

  it("of what is joined as the options below it say", function()
    book(la.joinedload(Book.author):load_only(Author.name))
    assert.same({"SELECT book.id, book.author_id, book.title, author_1.id AS id_1, author_1.name FROM book "
      .. "LEFT OUTER JOIN author AS author_1 ON author_1.id = book.author_id"}, sent())
  end)

  it("for a query_expression from with_expression alone", function()
    assert.is_nil(book().shout)
    session:expunge_all()
    assert.equal("T", book(la.with_expression(Book.shout, la.func.upper(Book.title))).shout)
    assert.matches("^SELECT upper%(book.title%) AS ", sent()[2])
  end)

  it("as expressions by column_property", function()
    Author.books = la.column_property(la.select(la.func.count(Book.id)):where(Book.author_id:eq(Author.id))
      :correlate_except(Book):scalar_subquery())
    local author = session:get(Author, 1)
    assert.equal(1, author.books)
    sent()
    session:expire(author, {"books"})
    assert.equal(1, author.books)
    assert.same({"SELECT (SELECT count(book.id) AS count_1 FROM book WHERE book.author_id = author.id) AS anon_1 "
      .. "FROM author WHERE author.id = ? [1]"}, sent())
  end)

  it("again when all has expired, those that are deferred when they are asked for", function()
    local b = book()
    assert.equal("s", b.summary)
    session:commit()
    sent()
    assert.equal("t", b.title)
    assert.same({"SELECT book.id AS book_id, book.author_id AS book_author_id, book.title AS book_title FROM book "
      .. "WHERE book.id = ? [1]"}, sent())
    assert.equal("s", b.summary)
    assert.equal(1, #sent())
  end)

  it("again with the options that the object was loaded with", function()
    local b = book(la.joinedload(Book.author), la.defer(Book.title))
    session:commit()
    sent()
    assert.equal(1, b.author_id)
    assert.same({"SELECT book.id AS book_id, book.author_id AS book_author_id, book.title AS book_title, "
      .. "author_1.id AS author_1_id, author_1.name AS author_1_name, author_1.born AS author_1_born FROM book "
      .. "LEFT OUTER JOIN author AS author_1 ON author_1.id = book.author_id WHERE book.id = ? [1]"}, sent())
  end)
end)

describe("columns of joined inheritance are read", function()
  local Base, Employee, Manager, Boss, session, sent

  before_each(function()
    Base = la.declarative_base()
    Employee = Base:class("Employee", {__tablename__ = "employee", id = la.Column{la.Integer, primary_key = true},
      name = la.Column{la.String}, kind = la.Column{la.String},
      __mapper_args__ = {polymorphic_on = "kind", polymorphic_identity = "employee"}})
    Manager = Employee:class("Manager", {__tablename__ = "manager",
      id = la.Column{la.Integer, la.ForeignKey("employee.id"), primary_key = true}, level = la.Column{la.Integer},
      __mapper_args__ = {polymorphic_identity = "manager"}})
    Boss = Manager:class("Boss", {__tablename__ = "boss",
      id = la.Column{la.Integer, la.ForeignKey("manager.id"), primary_key = true}, car = la.Column{la.String},
      __mapper_args__ = {polymorphic_identity = "boss"}})
    session, sent = orm.open(Base)
    session:add_all{Manager{id = 1, name = "ann", level = 3}, Boss{id = 2, name = "bob", level = 5, car = "big"}}
    session:commit()
    session:expunge_all()
    sent()
  end)

  after_each(function() session:close() end)

  it("from the subclass's table alone when the class above was selected", function()
    local list = session:scalars(la.select(Employee):order_by(Employee.id)):all()
    sent()
    assert.equal(3, list[1].level)
    assert.same({"SELECT manager.level AS manager_level FROM manager WHERE ? = manager.id [1]"}, sent())
  end)

  it("from all tables between the two", function()
    local boss = session:scalars(la.select(Employee):where(Employee.id:eq(2))):one()
    sent()
    assert.equal("big", boss.car)
    assert.matches("WHERE %? = manager.id AND manager.id = boss.id %[2%]", sent()[1])
  end)

  it("when they expired by themselves, of one table or of all", function()
    local boss = session:get(Boss, 2)
    session:expire(boss, {"car"})
    sent()
    assert.equal("big", boss.car)
    session:expire(boss, {"name", "car"})
    assert.equal("bob", boss.name)
    assert.same({"SELECT boss.car AS boss_car FROM boss WHERE ? = boss.id [2]",
      "SELECT employee.name AS employee_name, boss.car AS boss_car FROM employee JOIN manager ON employee.id = "
        .. "manager.id "
        .. "JOIN boss ON manager.id = boss.id WHERE employee.id = ? [2]"}, sent())
  end)

  it("when all expired, from all tables", function()
    local manager = session:get(Manager, 1)
    session:expire(manager)
    sent()
    assert.equal(3, manager.level)
    assert.same({"SELECT manager.id AS manager_id, employee.id AS employee_id, employee.name AS employee_name, "
      .. "employee.kind AS employee_kind, manager.level AS manager_level FROM employee "
      .. "JOIN manager ON employee.id = manager.id WHERE employee.id = ? [1]"}, sent())
  end)

  it("by refresh from all tables", function()
    local manager = session:get(Manager, 1)
    sent()
    session:refresh(manager, {"level"})
    assert.same({"SELECT manager.level FROM employee JOIN manager ON employee.id = manager.id "
      .. "WHERE employee.id = ? [1]"}, sent())
  end)
end)
