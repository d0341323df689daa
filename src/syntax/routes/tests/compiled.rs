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
        &["GET /api/x", "POST /api/z"],
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
