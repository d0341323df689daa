//! Routers that are mounted in the file that declares them.

use super::check;

#[test]
fn in_javascript() {
    check(
        "a.js",
        "const router = express.Router(); router.get('/x', h); app.use('/api', auth, router); app.use(router)",
        &["GET /api/x", "GET /x", "ANY /api"],
    );
    check(
        "a.js",
        "const v1 = Router(), users = Router();\nv1.use('/users', users);\nusers.route('/:id').get(h);\napp.use(['/a', '/b'], v1);",
        &[
            "ANY /a/users",
            "ANY /b/users",
            "GET /a/users/:id",
            "GET /b/users/:id",
            "ANY /a",
            "ANY /b",
        ],
    );
    check(
        "a.ts",
        "const sub = new Hono().basePath('/s'); sub.get('/x', (c) => c.text('')); const app = new Hono(); app.route('/sub', sub)",
        &["ANY /sub/s", "GET /sub/s/x", "ANY /sub"],
    );
    check(
        "a.js",
        "const forums = new Router(); const posts = new Router({ prefix: '/posts' });\nposts.get('/:pid', h);\nforums.use('/f/:fid', posts.routes(), posts.allowedMethods());",
        &["ANY /posts", "GET /f/:fid/posts/:pid", "ANY /f/:fid"],
    );
    check(
        "a.ts",
        "const app = new Hono().basePath('/v1'); const all = app.route('/me', users); const one = new Hono().get('/x', (c) => 1).get('/y', (c) => 1); app.route('/one', one)",
        &[
            "ANY /v1",
            "ANY /v1/me",
            "GET /v1/one/x",
            "GET /v1/one/y",
            "ANY /v1/one",
        ],
    );
    check(
        "a.ts",
        "async function users(fastify) { fastify.get('/me', h); fastify.register(inner, { prefix: '/in' }) }\nconst inner = async (app) => { app.get('/x', h) };\nserver.register(users, { prefix: '/users' });",
        &[
            "GET /users/me",
            "ANY /users/in",
            "GET /users/in/x",
            "ANY /users",
        ],
    );
    check(
        "a.ts",
        "class A { constructor() { this.app = express(); this.router = Router(); this.router.get('/x', h); this.app.use('/a', this.router); } }",
        &["GET /a/x", "ANY /a"],
    );
    check(
        "a.js",
        "function users() { const r = Router(); r.get('/x', h); return r }\napp.use('/users', users())",
        &["GET /users/x", "ANY /users"],
    );
}

#[test]
fn variables_of_one_name() {
    check(
        "a.js",
        "it('a', () => { const r = Router(); r.get('/x', h); app.use('/a', r) });\nit('b', () => { const r = Router(); r.get('/y', h); app.use('/b', r) });\nit('c', () => { const r = Router(); r.get('/z', h) })",
        &["GET /a/x", "ANY /a", "GET /b/y", "ANY /b", "GET /z"],
    );
    check(
        "a.js",
        "app.use('/a', users); users.get('/x', h); router.use('/b', router); router.get('/y', h)",
        &["ANY /a", "GET /x", "ANY /b", "GET /y"],
    );
    let around = "const a = Router(); a.use('/b', a); a.get('/x', h)";
    check("a.js", around, &["ANY /b", "GET /x"]);
    let many: Vec<String> = (10..99).map(|n| format!("/{n}")).collect();
    let mounts: String = many
        .iter()
        .map(|path| format!("app.use('{path}', a);"))
        .collect();
    let source = format!("const a = Router(); a.get('/x', h); {mounts}");
    let mounts = many.iter().map(|path| format!("ANY {path}"));
    let expected: Vec<String> = std::iter::once("GET /x".to_owned()).chain(mounts).collect();
    let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
    check("a.js", &source, &expected);
}

#[test]
fn in_python() {
    check(
        "a.py",
        "router = APIRouter(prefix='/items')\n@router.get('/{id}')\ndef a(): pass\napi = APIRouter()\napi.include_router(router)\napp.include_router(api, prefix='/v1')",
        &["ANY /items", "GET /v1/items/{id}", "ANY /v1"],
    );
    check(
        "a.py",
        "bp = Blueprint('b', __name__, url_prefix='/b')\n@bp.route('/x')\ndef a(): pass\napp.register_blueprint(bp)\napp.register_blueprint(bp, url_prefix='/c', name='c')",
        &["ANY /b", "GET /b/x", "GET /c/x", "ANY /c"],
    );
    check(
        "a.py",
        "sub = FastAPI()\n@sub.get('/x')\ndef a(): pass\napp.mount('/sub', sub)\nroutes = [Mount('/m', app=sub)]",
        &["GET /sub/x", "GET /m/x", "ANY /sub", "ANY /m"],
    );
    check(
        "urls.py",
        "router = DefaultRouter()\nrouter.register('users', V)\nextra = [path('a/', v)]\nextra += [path('b/', v)]\nurlpatterns = [\n  path('api/', include(router.urls)),\n  path('x/', include((extra, 'x'))),\n  path('y/', include([path('z/', v), re_path('^(?P<w>a)/', include('w.urls'))])),\n  path('o/', include('o.urls')),\n]",
        &[
            "ANY /api/users",
            "ANY /x/a/",
            "ANY /x/b/",
            "ANY /api/",
            "ANY /x/",
            "ANY /y/",
            "ANY /y/z/",
            "ANY /y/{w}/",
            "ANY /o/",
        ],
    );
    check(
        "a.py",
        "f(mock.url('/x', y=z))\nadmin = web.Application()\nadmin.router.add_get('/x', h)\napp.add_subapp('/admin/', admin)",
        &["GET /admin/x", "ANY /admin/"],
    );
}

#[test]
fn in_go() {
    check(
        "a.go",
        "package p\nfunc main() { r.Mount(\"/admin\", admin()); app.Mount(\"/sub\", sub) }\nfunc admin() http.Handler { r := chi.NewRouter(); r.Get(\"/users\", list); return r }",
        &["ANY /admin", "ANY /sub", "GET /admin/users"],
    );
    check(
        "a.go",
        "package p\nfunc main() { v1 := r.Group(\"/v1\"); users(v1); s.orders(v1, 2); users(r) }\nfunc users(g *gin.RouterGroup) { u := g.Group(\"/users\"); u.GET(\"/me\", me) }\nfunc (s *S) orders(g *gin.RouterGroup, n int) { g.POST(\"/orders\", h) }\nfunc other() { r.GET(\"/x\", h) }",
        &[
            "GET /v1/users/me",
            "GET /users/me",
            "POST /v1/orders",
            "GET /x",
        ],
    );
    check(
        "a.go",
        "package p\nfunc main() { api := http.NewServeMux(); api.HandleFunc(\"GET /x\", h); mux.Handle(\"/api/\", http.StripPrefix(\"/api\", api)) }",
        &["GET /api/x", "ANY /api/", "ANY /api"],
    );
}

#[test]
fn in_rust() {
    check(
        "a.rs",
        "fn app() -> Router { let users = Router::new().route(\"/me\", get(me)).route(\"/all\", get(all)); Router::new().nest(\"/users\", users).nest(\"/api\", api()).merge(other()) }\nfn api() -> Router { let r = Router::new().route(\"/x\", post(x)); r }\nfn other() -> Router { Router::new().route(\"/y\", get(y)) }",
        &[
            "GET /users/me",
            "GET /users/all",
            "ANY /users",
            "ANY /api",
            "POST /api/x",
            "GET /y",
        ],
    );
    check(
        "a.rs",
        "fn f() { let a = Router::new().route(\"/a\", get(a)); let a = a.route(\"/b\", get(b)); let c = Router::new().route(\"/c\", get(c)); let all = a.merge(c); Router::new().nest(\"/all\", all); }",
        &["GET /all/a", "GET /all/b", "GET /all/c", "ANY /all"],
    );
    check(
        "a.rs",
        "fn config(cfg: &mut web::ServiceConfig) { cfg.route(\"/a\", web::get().to(a)); }\n#[get(\"/b\")]\nasync fn b() -> X { c() }\nfn main() { App::new().service(web::scope(\"/s\").configure(config).service(b)); }",
        &["GET /s/a", "GET /s/b", "ANY /s"],
    );
    check(
        "a.rs",
        "#[get(\"/hello/<name>\")]\nfn hello(name: &str) -> String { x() }\n#[post(\"/other\")]\nfn other() -> String { x() }\n#[launch]\nfn rocket() -> _ { rocket::build().mount(\"/api\", routes![hello]) }",
        &["GET /api/hello/<name>", "POST /other", "ANY /api"],
    );
}
