//! JavaScript, Python, Ruby and PHP.

use super::check;

#[test]
fn express_koa_fastify_hapi_hono() {
    check(
        "a.js",
        "app.get('/users/:id', (req, res) => {}); router.post(\"/a\", auth, create)",
        &["GET /users/:id", "POST /a"],
    );
    check(
        "a.ts",
        "app.get<P, B>('/x', h); app.all('*', h);\napp.delete(`/y/${z}`, async function () {});\nrouter.get(`${base}/w`, h)",
        &["GET /x", "ANY /*", "DELETE /y/{}", "GET /w"],
    );
    check("a.js", "app.get(['/a', '/b'], h)", &["GET /a", "GET /b"]);
    check(
        "a.js",
        "app.get('/a', ...handlers); app.post('/b', auth, ...rest)",
        &["GET /a", "POST /b"],
    );
    check(
        "a.js",
        "router.route('/x').all(auth).get(h)\n  .post(h2)",
        &["ANY /x", "GET /x", "POST /x"],
    );
    check(
        "a.js",
        "app.use('/api', router); app.use(cors()); app.use('/s', express.static('p'))",
        &["ANY /api", "ANY /s"],
    );
    check(
        "a.js",
        "fastify.route({ method: ['GET', 'HEAD'], url: '/x', handler })\nfastify.get('/y', { schema }, async () => 1); fastify.get('/z', { handler: h })",
        &["GET /x", "HEAD /x", "GET /y", "GET /z"],
    );
    check(
        "a.js",
        "server.route([{ method: '*', path: '/x', handler: h }, { method: 'post', path: '/y' }])",
        &["ANY /x", "POST /y"],
    );
    check(
        "a.js",
        "fastify.register(users, { prefix: '/users' }); const r = new Router({ prefix: '/r' })",
        &["ANY /users", "ANY /r"],
    );
    check(
        "a.ts",
        "const app = new Hono(); app.get('/x', (c) => c.text('')); app.route('/sub', sub)",
        &["GET /x", "ANY /sub"],
    );
    check(
        "a.vue",
        "<script>app.get('/x', () => 1)</script>",
        &["GET /x"],
    );
}

#[test]
fn paths_made_of_constants() {
    check(
        "a.ts",
        "const base = '/api'; const USERS: string = `${base}/users`;\nlet loose = '/loose';\nconst cond = x ? '/c' : '/d';\napp.get(USERS, (a) => b); app.post(base + '/x', (a) => b); app.put(`${base}/y`, h); app.get(loose, (a) => b); app.get(cond, (a) => b); app.get(`${loose}/z`, h); fastify.register(u, { base: base, prefix: base })",
        &[
            "GET /api/users",
            "POST /api/x",
            "PUT /api/y",
            "GET /z",
            "ANY /api",
        ],
    );
    check(
        "a.py",
        "BASE = '/api'\nURL = BASE + '/users'\nitems = '/items'\n@app.get(URL)\ndef a(): pass\n@app.get(f'{BASE}/x')\ndef b(): pass\n@app.get(settings.BASE + '/y')\ndef c(): pass\n@app.get(items)\ndef d(): pass\n@app.get('/a'\n  '/b')\ndef e(): pass\nrouter = APIRouter(prefix=BASE)",
        &[
            "GET /api/users",
            "GET /api/x",
            "GET /y",
            "GET /a/b",
            "ANY /api",
        ],
    );
    check(
        "a.php",
        "<?php class A { const BASE = '/api'; #[Route(self::BASE . '/x')] function a() {} #[Route(Other::X)] function b() {} }",
        &["ANY /api/x"],
    );
    let doubled: String = (b'B'..=b'Z')
        .map(|at| {
            format!(
                "{0}{0} = {1}{1} + {1}{1}\n",
                char::from(at),
                char::from(at - 1)
            )
        })
        .collect();
    let source =
        format!("AA = '/a'\n{doubled}@app.get(ZZ)\ndef a(): pass\n@app.get(BB)\ndef b(): pass");
    check("a.py", &source, &["GET /a/a"]);
}

#[test]
fn paths_with_holes() {
    check(
        "a.js",
        "app.get('/a/' + f(x, '+') + '/b', h); app.get('/c/'.concat(d, '/e'), h); app.get('/f'.trim(), h); app.get('/g/' + i[0], h); app.get('/j/' + (k ? 'l' : 'm'), h)",
        &["GET /a/{}/b", "GET /c/{}/e", "GET /g/{}", "GET /j/{}"],
    );
    check(
        "a.py",
        "@app.get('/a/%s/%d%%' % (b, c))\ndef d(): pass\n@app.get('/e/{}/{f}'.format(g))\ndef h(): pass\n@app.get('%s/i' % BASE)\ndef j(): pass\nurlpatterns = [path(BASE + 'k/', v)]",
        &["GET /a/{}/{}%%", "GET /e/{}/{f}", "GET /i", "ANY /k/"],
    );
    check(
        "config/routes.rb",
        "get \"/a/#{b}/c\"\nget 'd/' + E\nget '/f' '/g'\nget H\nget i('j')",
        &["GET /a/{}/c", "GET /d/{}", "GET /f/g"],
    );
}

#[test]
fn clients_in_javascript_declare_nothing() {
    for source in [
        "axios.get('/x', config)",
        "request(app).get('/x').expect(200)",
        "supertest(app).post('/x', () => {})",
        "await api.post('/x', data)",
        "const r = api.post('/x', data)",
        "return this.http.get('/x', opts)",
        "api.post('/x', data).then(f)",
        "api.post('/x', { a: 1 })",
        "api.post('/x', { ...data }); const r = api.post('/x', ...data)",
        "$http.get('/x', cb); cy.get('/x', () => {})",
        "cache.get('key', () => 1); map.get('a', b)",
        "app.get('env'); fetch('/x', {}); app.get('/x')",
        "// app.get('/x', h)\n'app.get(\"/x\", h)'",
        "http.get('/x', (res) => {})",
    ] {
        check("a.ts", source, &[]);
    }
}

#[test]
fn nestjs() {
    let source = "@Controller('cats')\nexport class CatsController {\n  @Get() all() {}\n  @Get(':id') one(@Param('id') id: string) {}\n  @UseGuards(G)\n  @Post('/new') async make() {}\n}\n@Controller({ path: 'dogs', version: '1' }) class D { @Delete(['a', 'b']) x() {} }\nclass E { @Get('/no') y() {} }\n@Controller() class F { @All('f') z() {} }";
    check(
        "a.ts",
        source,
        &[
            "GET /cats",
            "GET /cats/:id",
            "POST /cats/new",
            "DELETE /dogs/a",
            "DELETE /dogs/b",
            "ANY /f",
        ],
    );
}

#[test]
fn flask_fastapi_starlette() {
    check(
        "a.py",
        "@app.route('/x')\ndef a(): pass\n@app.route('/y/<int:id>', methods=['GET', 'post'])\n@login\ndef b(): pass",
        &["GET /x", "GET /y/<int:id>", "POST /y/<int:id>"],
    );
    check(
        "a.py",
        "bp = Blueprint('b', __name__, url_prefix='/b')\n@bp.route('/x')\ndef a(): pass\napp.register_blueprint(bp, url_prefix='/c')",
        &["ANY /b", "GET /c/x", "ANY /c"],
    );
    check(
        "a.py",
        "router = APIRouter(prefix='/items', tags=['t'])\n@router.get('/{id}', response_model=I)\nasync def a(): pass\n@router.post('')\ndef b(): pass\n@app.websocket('/ws')\ndef c(): pass\napp.include_router(router, prefix='/v1')",
        &[
            "ANY /items",
            "GET /v1/items/{id}",
            "POST /v1/items",
            "ANY /ws",
            "ANY /v1",
        ],
    );
    check(
        "a.py",
        "routes = [Route('/x', h, methods=['GET']), Mount('/m', app=a)]\napp.add_url_rule('/y', view_func=f)\napp.router.add_get('/z', h)",
        &["GET /x", "ANY /m", "ANY /y", "GET /z"],
    );
    check(
        "a.py",
        "api.add_resource(Todo, '/todos', '/todos/<id>', endpoint='t')",
        &["ANY /todos", "ANY /todos/<id>"],
    );
    check(
        "a.py",
        "@ns.route('/x')\nclass A(Resource):\n  def get(self): pass",
        &["ANY /x"],
    );
}

#[test]
fn django() {
    check(
        "urls.py",
        "urlpatterns = [\n  path('users/<int:pk>/', V.as_view(), name='u'),\n  re_path(r'^a/(?P<slug>[\\w-]+)/$', v),\n  url(r'^b/', include('b.urls')),\n  path('', views.index),\n]\nrouter.register(r'items', ItemViewSet, basename='i')",
        &[
            "ANY /users/<int:pk>/",
            "ANY /a/{slug}/",
            "ANY /b/",
            "ANY /",
            "ANY /items",
        ],
    );
}

#[test]
fn actions_of_django_rest_framework() {
    check(
        "views.py",
        "class UserViewSet(viewsets.ModelViewSet):\n    @action(detail=True, methods=['post', 'delete'], permission_classes=[IsAdmin])\n    def set_password(self, request, pk=None): pass\n    @set_password.mapping.patch\n    def patch_password(self, request): pass\n    @action(detail=False)\n    def recent_users(self, request): pass\n    @permission_classes([A])\n    @decorators.action(url_path=r'groups/(?P<group>\\d+)', detail=True, url_name='x')\n    async def group(self, request, pk, group): pass\n    @list_route(methods=['GET'])\n    def old(self, request): pass",
        &[
            "POST /{}/set_password",
            "DELETE /{}/set_password",
            "PATCH /{}/set_password",
            "GET /recent_users",
            "GET /{}/groups/{group}",
            "GET /old",
        ],
    );
    check(
        "admin.py",
        "@admin.action(description='x')\ndef publish(m, r, q): pass\n@action\ndef a(): pass\n@action(detail=True, url_path=other())\ndef b(): pass\n@x.mapping.get\ndef c(): pass",
        &[],
    );
}

#[test]
fn clients_in_python_declare_nothing() {
    for source in [
        "client.get('/x'); rf.post('/graphql', data); requests.get('/x', params)",
        "@patch('a.b.c')\ndef f(): pass",
        "@mock.patch.object(x, 'get')\ndef f(): pass",
        "x = path('a', 'b'); os.path.join('/a', b); p = path('a', b)",
        "signals.register('x', f); cache.get('/x', default)",
        "@x.get('name')\ndef f(): pass",
    ] {
        check("a.py", source, &[]);
    }
}

#[test]
fn rails() {
    let source = "Rails.application.routes.draw do\n  root to: 'home#index'\n  get '/login', to: 's#new'\n  post 'a' => 'b#c'\n  match 'm', via: [:get, :post], to: 'x#y'\n  resources :users, only: [:index, :show] do\n    member { post :ban }\n    get :search, on: :collection\n    resources :posts, only: %i[create]\n  end\n  namespace :admin do\n    resource :profile, only: :show\n    scope '/v1', module: 'v1' do\n      get 'x'\n    end\n  end\n  mount Sidekiq::Web => '/sidekiq'\n  mount Api, at: '/api'\nend";
    check(
        "config/routes.rb",
        source,
        &[
            "GET /",
            "GET /login",
            "POST /a",
            "GET /m",
            "POST /m",
            "GET /users",
            "GET /users/:id",
            "POST /users/:id/ban",
            "GET /users/search",
            "POST /users/:user_id/posts",
            "GET /admin/profile",
            "GET /admin/v1/x",
            "ANY /sidekiq",
            "ANY /api",
        ],
    );
    check(
        "config/routes/a.rb",
        "resources :cats, path: 'kittens', except: %i[new edit destroy], param: :slug",
        &[
            "GET /kittens",
            "POST /kittens",
            "GET /kittens/:slug",
            "PATCH /kittens/:slug",
            "PUT /kittens/:slug",
        ],
    );
    check(
        "spec/a_spec.rb",
        "get '/login', params: {}\nresources :x\nget('/y') if z",
        &[],
    );
}

#[test]
fn sinatra_and_grape() {
    check(
        "app.rb",
        "get '/x' do\n  1\nend\nnamespace '/api' do\n  post('/y') { 2 }\nend\nfetch.get '/z' do; end",
        &["GET /x", "POST /api/y"],
    );
    check(
        "api.rb",
        "class A < Grape::API\n  resource :users do\n    get do; end\n    route_param :id do\n      delete 'x' do; end\n    end\n  end\nend",
        &["GET /users", "DELETE /users/:id/x"],
    );
}

#[test]
fn laravel_symfony_slim() {
    let php =
        |source: &str, expected: &[&str]| check("a.php", &format!("<?php {source}"), expected);
    php(
        "Route::get('/x/{id}', [C::class, 'show']); Route::match(['get', 'post'], 'y', 'C@y'); Route::any('z', fn () => 1); Route::view('/v', 'v');",
        &["GET /x/{id}", "GET /y", "POST /y", "ANY /z", "ANY /v"],
    );
    php(
        "Route::prefix('admin')->middleware('a')->group(function () { Route::get('/x', 'c'); Route::group(['prefix' => 'in'], function () { Route::post('y', 'c'); }); }); Route::get('/z', 'c');",
        &["GET /admin/x", "POST /admin/in/y", "GET /z"],
    );
    php(
        "Route::resource('a', C::class)->only(['index', 'show']); Route::apiResources(['b' => B::class, 'c' => C::class], ['x' => 'y']); Route::resource('d', D::class)->names('d')->except(['create', 'edit', 'store', 'update', 'destroy']);",
        &[
            "GET /a",
            "GET /a/{a}",
            "GET /b",
            "POST /b",
            "GET /b/{b}",
            "PUT /b/{b}",
            "PATCH /b/{b}",
            "DELETE /b/{b}",
            "GET /c",
            "POST /c",
            "GET /c/{c}",
            "PUT /c/{c}",
            "PATCH /c/{c}",
            "DELETE /c/{c}",
            "GET /d",
            "GET /d/{d}",
        ],
    );
    php(
        "class A { #[Route(path: ['en' => '/b', 'fr' => '/bfr'], methods: ['GET'])] function b() {} #[Route(['en' => '/c'])] function c() {} }",
        &["GET /b", "GET /bfr", "ANY /c"],
    );
    php(
        "Route::apiResource('photos', C::class);",
        &[
            "GET /photos",
            "POST /photos",
            "GET /photos/{photo}",
            "PUT /photos/{photo}",
            "PATCH /photos/{photo}",
            "DELETE /photos/{photo}",
        ],
    );
    php(
        "#[Route('/blog', name: 'b')] class B { #[Route('/{id}', methods: ['GET', 'HEAD'])] function a() {} #[Route(path: '/new')] public function c(): R {} }",
        &["GET /blog/{id}", "HEAD /blog/{id}", "ANY /blog/new"],
    );
    php(
        "$app->get('/x', function ($r) {}); $app->group('/g', function ($group) { $group->post('/y', H::class); });",
        &["GET /x", "POST /g/y"],
    );
    php(
        "$client->get('/x', []); $this->get('/y', $h); Http::get('/z', $q); Cache::put('/k', 1);",
        &[],
    );
}
