//! Java, Kotlin, C#, Go and Rust.

use super::check;

#[test]
fn spring_and_jax_rs() {
    check(
        "A.java",
        "@RestController @RequestMapping(\"/api\")\npublic class A {\n  @GetMapping public X all() {}\n  @GetMapping(\"/{id}\") X one(@PathVariable(\"id\") Long id) {}\n  @RequestMapping(value = \"/m\", method = {RequestMethod.POST, RequestMethod.PUT}) void m() {}\n  @PostMapping({\"/a\", \"b\"}) void n() {}\n  @RequestMapping(path = \"/any\") void o() {}\n}",
        &[
            "GET /api",
            "GET /api/{id}",
            "POST /api/m",
            "PUT /api/m",
            "POST /api/a",
            "POST /api/b",
            "ANY /api/any",
        ],
    );
    check(
        "A.java",
        "@Path(\"/users\") class A { @GET @Path(\"{id}\") public X one() {} @POST public X make() {} @Path(\"sub\") public Sub s() {} }",
        &["GET /users/{id}", "POST /users"],
    );
    check(
        "A.java",
        "@FeignClient(\"x\") interface C { @GetMapping(\"/no\") X a(); }\nclass D { @Get(\"/y\") void a() {} void b() { client.get(\"/x\", y); Mockito.when(x.get(\"/z\")); } }",
        &["GET /y"],
    );
    check(
        "A.java",
        "class A { void a() { app.get(\"/x\", ctx -> ctx.result(\"\")); app.post(\"/y\", C::make); } }",
        &["GET /x", "POST /y"],
    );
}

#[test]
fn a_variable_assigned_anew_has_no_prefix() {
    check(
        "a.go",
        "package p\nfunc a() { r := gin.New().Group(\"/a\"); r.GET(\"/x\", h) }\nfunc b() { r := gin.New(); r.GET(\"/y\", h) }",
        &["GET /a/x", "GET /y"],
    );
    check(
        "a.cs",
        "var g = app.MapGroup(\"/a\"); g.MapGet(\"/x\", H); g = Other(); g.MapGet(\"/y\", H);",
        &["GET /a/x", "GET /y"],
    );
    check(
        "a.ts",
        "{ const app: Hono = new Hono().basePath('/a'); app.get('/x', (c) => 1) } { const app = new Hono(); app.get('/y', (c) => 1) }",
        &["ANY /a", "GET /a/x", "GET /y"],
    );
    check(
        "a.py",
        "r = APIRouter(prefix='/a')\nr.add_api_route('/x', f)\nr = APIRouter()\nr.add_api_route('/y', f)",
        &["ANY /a", "ANY /a/x", "ANY /y"],
    );
}

#[test]
fn a_controller_without_routes_of_its_own_is_a_mount() {
    check(
        "A.java",
        "@RequestMapping(\"api\") class A implements B { @Override public X list() {} }\n@RequestMapping(\"/c\") class C { @GetMapping(\"/d\") void d() {} }\n@RequestMapping(Other.X) class D {}\n@FeignClient(\"x\") @RequestMapping(\"/e\") interface E { @GetMapping(\"/f\") X f(); }",
        &["ANY /api", "GET /c/d"],
    );
    check(
        "a.rs",
        "fn f() { App::new().service(web::scope(\"\").wrap(m)); web::scope(\"/s\").wrap(m); }",
        &["ANY /s"],
    );
}

#[test]
fn paths_made_of_constants() {
    let java = |body: &str, expected: &[&str]| {
        check(
            "A.java",
            &format!("class Paths {{ static final String ROOT = \"/r\"; }}\n{body}"),
            expected,
        );
    };
    java(
        "@RequestMapping(A.BASE) class A { static final String BASE = \"/api\"; private static final String V1 = BASE + \"/v1\"; private final String low = \"/low\"; @GetMapping(V1 + \"/x\") void a() {} @PostMapping(value = {low + \"/a\", \"/b\" + \"/c\"}) void b() {} @PutMapping(path = Paths.ROOT) void c() {} }",
        &[
            "GET /api/api/v1/x",
            "POST /api/low/a",
            "POST /api/b/c",
            "PUT /api/r",
        ],
    );
    java(
        "@RequestMapping(Other.BASE) class A { @GetMapping(Other.BASE + \"/x\") void a() {} @GetMapping(Other.X) void b() {} @GetMapping(path = {Other.ROOT, \"/y\" + Other.Z}) void c() {} }\n@RequestMapping(\"/a\" + Other.B) class B { @GetMapping(Other.C) void d() {} }",
        &["GET /x", "GET /y{}", "GET /a{}/{}"],
    );
    java(
        "@RequestMapping(\"/api\") class A { static final String X = \"/a\"; void f() { String X = \"/b\"; } @GetMapping(X) void a() {} @GetMapping(Y) void b() {} static final String Y = \"/c\".trim(); }",
        &["GET /api/{}", "GET /api/{}"],
    );
    java(
        "class A { static final String V = \"1\"; @GetMapping(\"/v\" + V + \"/x\") void a() {} @GetMapping((\"/y\") + (\"/z\")) void c() {} }",
        &["GET /v{}/x", "GET /y/z"],
    );
    check(
        "C.cs",
        "[Route(Base + \"/[controller]\")] class UsersController { const string Base = \"api\"; [HttpGet(One)] public X A() {} [HttpPost($\"{One}/b\")] public X B() {} private const string One = \"one\"; }",
        &["GET /api/Users/one", "POST /api/Users/one/b"],
    );
    check(
        "C.cs",
        "static class R { public const string Base = \"api\"; public const string One = $\"{Base}/one\"; } [Route(R.Base + \"/[controller]\")] class UsersController { [HttpGet(R.One)] public X A() {} [HttpPost($\"{R.Base}/b\")] public X B() {} }",
        &["GET /api/Users/api/one", "POST /api/Users/api/b"],
    );
    check(
        "a.go",
        "package p\nconst base = \"/api\"\nconst (\n users = base + \"/users\"\n Typed string = \"/t\"\n)\nfunc f(other string) {\n r.GET(users+\"/:id\", h)\n r.POST(Typed, h)\n r.PUT(other+\"/o\", h)\n r.GET(other, h)\n}",
        &["GET /api/users/:id", "POST /t", "PUT /o"],
    );
    check(
        "a.rs",
        "const USERS: &str = \"/users\"; fn f() { Router::new().route(USERS, get(a)).route(OTHER, get(b)) }",
        &["GET /users"],
    );
}

#[test]
fn gin_echo_chi_net_http_gorilla() {
    let go = |body: &str, expected: &[&str]| {
        check(
            "a.go",
            &format!("package p\nfunc f() {{\n{body}\n}}"),
            expected,
        );
    };
    go(
        "r.GET(\"/x/:id\", h)\nv1 := r.Group(\"/v1\")\nv1.POST(\"/y\", a, b)\nv2 := v1.Group(\"/v2\")\nv2.Any(\"z\", h)\nv2.DELETE(\"\", h)",
        &["GET /x/:id", "POST /v1/y", "DELETE /v1/v2"],
    );
    go(
        "r.Route(\"/a\", func(r chi.Router) {\n r.Get(\"/\", h)\n r.Route(\"/b\", func(r chi.Router) { r.Put(\"/c\", h) })\n})\nr.Mount(\"/m\", s)\nr.Get(\"/z\", h)",
        &["GET /a", "PUT /a/b/c", "ANY /m", "GET /z"],
    );
    go(
        "http.HandleFunc(\"/x\", h)\nmux.Handle(\"GET /y/{id}\", h)\nmux.HandleFunc(\"POST example.com/z\", h)",
        &["ANY /x", "GET /y/{id}", "POST /z"],
    );
    go(
        "r.HandleFunc(\"/x\", h).Methods(\"GET\", http.MethodPost)\ns := r.PathPrefix(\"/s\").Subrouter()\ns.HandleFunc(\"/t\", h)\nr.PathPrefix(\"/p\").Handler(h)\nr.Handle(\"PUT\", \"/q\", h)",
        &["GET /x", "POST /x", "ANY /s/t", "ANY /p", "PUT /q"],
    );
    go(
        "http.Get(\"/x\")\nhttp.Post(\"/x\", \"t\", b)\nhttp.NewRequest(\"GET\", \"/x\", nil)\nc.Get(\"key\", &v)\nclient.Get(\"/x\", y)\nreq.Header.Add(\"A\", \"/b\")\nfs.Handle(\"no path\", h)",
        &[],
    );
}

#[test]
fn axum_actix_rocket() {
    check(
        "a.rs",
        "fn f() { Router::new().route(\"/x/{id}\", get(a).post(b)).route(\"/y\", axum::routing::delete(c)).nest(\"/api\", Router::new().route(\"/z\", any(d))).nest(\"/m\", other) }",
        &[
            "GET /x/{id}",
            "POST /x/{id}",
            "DELETE /y",
            "ANY /api/z",
            "ANY /m",
        ],
    );
    check(
        "a.rs",
        "#[get(\"/x/{id}\")]\nasync fn a() {}\n#[post(\"/y?<q>\", data = \"<d>\")]\nfn b() {}\n#[route(\"/z\", method = \"GET\", method = \"PUT\")]\nfn c() {}\n#[serde(rename = \"/no\")] struct S;",
        &["GET /x/{id}", "POST /y", "GET /z", "PUT /z"],
    );
    check(
        "a.rs",
        "fn f() { App::new().service(web::scope(\"/api\").service(web::resource(\"/r\").route(web::get().to(h)).route(web::post().to(i))).route(\"/s\", web::put().to(j))).route(\"/t\", web::get().to(h)); rocket::build().mount(\"/m\", routes![a]) }",
        &[
            "GET /api/r",
            "POST /api/r",
            "PUT /api/s",
            "GET /t",
            "ANY /m",
        ],
    );
    check(
        "a.rs",
        "fn f() { Router::new().nest(\"/api\", api()).nest(\"/in\", Router::new().route(\"/x\", get(h))); web::scope(\"/s\").wrap(m).service(list) }",
        &["ANY /api", "GET /in/x", "ANY /s"],
    );
    check(
        "a.rs",
        "fn f() { client.get(\"/x\").send(); map.get(\"/y\"); fs::mount(\"/z\", p); }",
        &[],
    );
}

#[test]
#[cfg(feature = "all-languages")]
fn kotlin() {
    check(
        "A.kt",
        "fun Application.m() { routing {\n get(\"/x\") { call.respond(1) }\n route(\"/users\") {\n get { }\n post(\"{id}\") { }\n }\n } }",
        &["GET /x", "POST /users/{id}"],
    );
    check(
        "A.kt",
        "@RestController\n@RequestMapping(\"/api\")\nclass A(val s: S) {\n @GetMapping(\"/x\", \"/y\") fun x() = 1\n @PostMapping(value = [\"/z\"]) fun z() {}\n}",
        &["GET /api/x", "GET /api/y", "POST /api/z"],
    );
}

#[test]
#[cfg(feature = "all-languages")]
fn constants_in_kotlin() {
    check(
        "A.kt",
        "const val TOP = \"/top\"\n@RestController\n@RequestMapping(UserController.BASE)\nclass UserController {\n companion object { const val BASE = \"/api\" }\n @GetMapping(\"$BASE/x\") fun x() = 1\n @PostMapping(TOP + \"/y\", \"/n\") fun y() {}\n @PutMapping(value = [\"${TOP}/z\", \"/w\"]) fun z() {}\n @PatchMapping(arrayOf(\"/p\", TOP)) fun p() {}\n}",
        &[
            "GET /api/api/x",
            "POST /api/top/y",
            "POST /api/n",
            "PUT /api/top/z",
            "PUT /api/w",
            "PATCH /api/p",
            "PATCH /api/top",
        ],
    );
}

#[test]
fn aspnet_conventional_routes() {
    check(
        "P.cs",
        "app.MapControllerRoute(name: \"blog\", pattern: \"blog/{*article}\", defaults: new { controller = \"Blog\" }); app.MapControllerRoute(\"shop\", \"shop/{action=Index}/{id?}\"); app.MapAreaControllerRoute(\"a\", \"Admin\", \"Manage/{controller=Home}\"); app.MapAreaControllerRoute(name: \"b\", areaName: \"B\", pattern: \"B/{controller}\"); app.MapDefaultControllerRoute(); app.MapControllers(); app.MapRazorPages();",
        &[
            "ANY /blog/{*article}",
            "ANY /shop/{action=Index}/{id?}",
            "ANY /Manage/{controller=Home}",
            "ANY /B/{controller}",
            "ANY /{}/{}/{}",
        ],
    );
    check(
        "P.cs",
        "app.MapFallbackToController(\"Index\", \"Home\"); app.MapFallbackToController(\"/app/{*rest}\", \"Index\", \"Home\"); app.MapFallbackToFile(\"index.html\", new StaticFileOptions()); app.MapFallbackToPage(\"/p/{x}\", \"/Page\"); app.MapFallback(() => 1); app.MapFallback(\"/f/{*x}\", H);",
        &[
            "ANY /*",
            "ANY /app/{*rest}",
            "ANY /*",
            "ANY /p/{x}",
            "ANY /*",
            "ANY /f/{*x}",
        ],
    );
    check(
        "R.cs",
        "routes.MapRoute(\"Default\", \"{controller}/{action}\", new { id = 1 }); config.Routes.MapHttpRoute(name: \"Api\", routeTemplate: \"api/{controller}/{id}\"); routes.MapRoute(name: \"t\", template: \"t/{x}\"); map.MapRouteTo(\"/no\"); MapRoute(\"a\", \"no\");",
        &[
            "ANY /{controller}/{action}",
            "ANY /api/{controller}/{id}",
            "ANY /t/{x}",
        ],
    );
}

#[test]
fn aspnet() {
    check(
        "A.cs",
        "[ApiController]\n[Route(\"api/[controller]\")]\npublic class UsersController : ControllerBase {\n [HttpGet] public X All() { }\n [HttpGet(\"{id:int}\")] public X One(int id) { }\n [HttpPost, Route(\"make\")] public X Make([FromBody] M m) { }\n [HttpDelete(\"/abs\")] public void D() { }\n [Authorize] public void E() { }\n}",
        &[
            "GET /api/Users",
            "GET /api/Users/{id:int}",
            "POST /api/Users/make",
            "DELETE /abs",
        ],
    );
    check(
        "A.cs",
        "[Route(\"[controller]/[action]\")] class HomeController { [HttpGet] public X Index() { } [AcceptVerbs(\"GET\", \"POST\")] public X Both() { } }",
        &["GET /Home/Index", "GET /Home/Both", "POST /Home/Both"],
    );
    check(
        "P.cs",
        "app.MapGet(\"/x\", () => 1); var g = app.MapGroup(\"/g\"); g.MapPost(\"/y\", H); app.MapMethods(\"/z\", new[] { \"PUT\", \"PATCH\" }, H); app.MapHub<C>(\"/hub\"); app.MapGroup(\"/q\").MapGet(\"/r\", H);",
        &[
            "GET /x",
            "POST /g/y",
            "PUT /z",
            "PATCH /z",
            "ANY /hub",
            "GET /q/r",
        ],
    );
    check(
        "C.cs",
        "class C { void F() { var r = client.Get(\"/x\"); dict[\"/y\"] = 1; var a = new[] { \"/z\" }; mapper.Map(a); } }",
        &[],
    );
}
