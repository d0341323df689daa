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
        &["ANY /s", "GET /sub/s/x", "ANY /sub"],
    );
    check(
        "a.js",
        "const forums = new Router(); const posts = new Router({ prefix: '/posts' });\nposts.get('/:pid', h);\nforums.use('/f/:fid', posts.routes(), posts.allowedMethods());",
        &["ANY /posts", "GET /f/:fid/posts/:pid", "ANY /f/:fid"],
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
    let many = "app.use('/b', a); ".repeat(100);
    let source = format!("const a = Router(); a.get('/x', h); {many}");
    let mut expected = vec!["GET /x"];
    expected.extend(["ANY /b"; 100]);
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
