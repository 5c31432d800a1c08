// Converts one file with the client that OpenAPI Generator makes: convert URL TOKEN SOURCE RESULT.
package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"

	api "sonube/client"
)

const timeout = 300 * time.Second

func main() {
	settings := api.NewConfiguration()
	settings.Servers = api.ServerConfigurations{{URL: os.Args[1]}}
	client := api.NewAPIClient(settings)
	ctx, cancel := context.WithTimeout(context.WithValue(context.Background(), api.ContextAccessToken, os.Args[2]), timeout)
	defer cancel()

	wanted := api.NewTaskRequestMp3(filepath.Base(os.Args[3]), "mp3")
	task, _, err := client.TasksAPI.CreateTask(ctx).TaskRequest(api.TaskRequest{TaskRequestMp3: wanted}).Execute()
	check(err)
	source, err := os.ReadFile(os.Args[3])
	check(err)
	exchange(ctx, task.Upload.Method, task.Upload.Url, task.Upload.Headers, source)

	found, _, err := client.TasksAPI.GetTask(ctx, task.Id).Execute()
	for check(err); found.State != "PROCESSED" && found.State != "FAILED"; check(err) {
		time.Sleep(500 * time.Millisecond)
		found, _, err = client.TasksAPI.GetTask(ctx, task.Id).Execute()
	}
	download := found.Outputs[0].Download
	check(os.WriteFile(os.Args[4], exchange(ctx, download.Method, download.Url, download.Headers, nil), 0o600))
}

func exchange(ctx context.Context, method, url string, headers map[string]string, body []byte) []byte {
	request, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(body))
	check(err)
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(request)
	check(err)
	defer response.Body.Close()
	if response.StatusCode >= 300 {
		panic(response.Status)
	}
	content, err := io.ReadAll(response.Body)
	check(err)
	return content
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
